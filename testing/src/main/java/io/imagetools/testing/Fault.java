package io.imagetools.testing;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What goes wrong with one request that passes a {@link FaultyProxy}. */
public sealed interface Fault {

  /** How a connection ends before its time. */
  enum End {
    /** By a TCP reset. */
    RESET,
    /** Closed in order, so that a body is shorter than its Content-Length says. */
    CLOSE,
    /** Not at all: it stays open and no byte comes, until the proxy is closed. */
    STALL
  }

  /** The request is passed on that much later. */
  record Delay(Duration by) implements Fault {}

  /** The proxy answers by itself; the registry never hears of it. The request's body is read. */
  record Answered(int status, String body, Map<String, String> headers) implements Fault {}

  /** The connection ends when the head of the request was read; the registry hears of nothing. */
  record BeforeAnswer(End end) implements Fault {}

  /** The registry does what was asked for, and its answer is lost by a reset. */
  record AnswerLost() implements Fault {}

  /** The connection ends after so many bytes of the request's body, on both sides. */
  record InRequest(long afterBytes, End end) implements Fault {}

  /** The connection ends after so many bytes of the answer's body. */
  record InAnswer(long afterBytes, End end) implements Fault {}

  /** One byte of the request's body, counted from 0, is another one. */
  record RequestCorrupted(long at) implements Fault {}

  /** One byte of the answer's body, counted from 0, is another one. */
  record AnswerCorrupted(long at) implements Fault {}

  /** A header of the answer is changed; an empty value takes it away. */
  record HeaderChanged(String name, UnaryOperator<String> change) implements Fault {}

  /** An answer of that status is swallowed, and the proxy answers instead. */
  record InsteadOf(int status, Answered other) implements Fault {}

  /** All tokens that were given out end, that of this request included. */
  record TokensEnd() implements Fault {}

  /** An answer with a body of this media type. */
  static Fault answer(int status, String mediaType, String body) {
    return new Answered(status, body, Map.of("Content-Type", mediaType));
  }

  /** An answer with an error of the distribution API. */
  static Fault error(int status, String code) {
    return answer(
        status,
        "application/json",
        "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"said by the test\"}]}");
  }

  /** What is not there is denied, as a registry does that hides what an account may not see. */
  static Fault absentIsDenied() {
    return new InsteadOf(404, (Answered) error(403, "UNAUTHORIZED"));
  }

  /** 429, with that Retry-After. */
  static Fault tooManyRequests(String retryAfter) {
    return new Answered(429, "", Map.of("Retry-After", retryAfter));
  }

  /** 502 as a load balancer says it. */
  static Fault badGateway() {
    return answer(
        502,
        "text/html",
        "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>");
  }

  /** 408 as a load balancer says it whose patience with the request has ended. */
  static Fault requestTimeout() {
    return answer(
        408,
        "text/html",
        "<html><body><h1>408 Request Time-out</h1>Your browser didn't send a complete request in"
            + " time.</body></html>");
  }

  /** The answer lacks a header. */
  static Fault without(String header) {
    return new HeaderChanged(header, value -> "");
  }
}
