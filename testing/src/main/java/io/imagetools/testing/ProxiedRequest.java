package io.imagetools.testing;

/**
 * One request that came to a {@link FaultyProxy}.
 *
 * @param path with the query
 * @param status of the answer that was begun; 0 if there was none
 * @param sent bytes of its body that were passed on to the registry
 * @param received bytes of the answer's body that were passed on to the client
 * @param range its Range header; empty if it has none
 * @param trace its traceparent header; empty if it has none
 */
public record ProxiedRequest(
    String method, String path, int status, long sent, long received, String range, String trace) {}
