package io.imagetools.testing;

/**
 * One request that a registry server answered, from its access log.
 *
 * @param method GET, HEAD, PUT, …
 * @param path with the query, as {@code /v2/team/app/manifests/1.0}
 * @param status the HTTP status of the answer
 */
public record RegistryRequest(String method, String path, int status) {}
