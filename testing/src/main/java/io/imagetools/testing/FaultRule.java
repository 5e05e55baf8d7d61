package io.imagetools.testing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Which requests a fault befalls: those of a method whose path, query included, holds a pattern,
 * counted in the order in which they come. Thread-safe.
 */
final class FaultRule {

  private final String method;
  private final Pattern path;
  private final int first;
  private final int last;
  private final Fault fault;
  private final AtomicInteger seen = new AtomicInteger();

  FaultRule(String method, String path, int first, int last, Fault fault) {
    this.method = method;
    this.path = Pattern.compile(path);
    this.first = first;
    this.last = last;
    this.fault = fault;
  }

  /** Whether it befalls this request, which counts. */
  boolean befalls(String requestMethod, String requestPath) {
    if (!method.equals(requestMethod) || !path.matcher(requestPath).find()) {
      return false;
    }
    int number = seen.incrementAndGet();
    return number >= first && number <= last;
  }

  Fault fault() {
    return fault;
  }

  /** How often it befell one. */
  int times() {
    return Math.max(0, Math.min(seen.get(), last) - first + 1);
  }
}
