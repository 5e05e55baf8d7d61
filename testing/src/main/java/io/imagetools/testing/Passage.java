package io.imagetools.testing;

import io.imagetools.testing.Fault.End;
import java.util.Optional;

/** A request on its way through the proxy: what befalls its bytes, and how many they were. */
final class Passage {

  final HttpHead request;
  final Optional<Fault> fault;
  End end = End.RESET;
  int status;
  private long sent;
  private long received;

  Passage(HttpHead request, Optional<Fault> fault) {
    this.request = request;
    this.fault = fault;
  }

  /** Bytes to the registry. */
  int up(byte[] bytes, long at, int length) {
    int passed = length;
    if (fault.orElse(null) instanceof Fault.InRequest in) {
      end = in.end();
      passed = allowed(in.afterBytes(), at, length);
    } else if (fault.orElse(null) instanceof Fault.RequestCorrupted corrupted) {
      corrupt(bytes, at, length, corrupted.at());
    }
    sent += passed;
    return passed;
  }

  /** Bytes to the client. */
  int down(byte[] bytes, long at, int length) {
    int passed = length;
    if (fault.orElse(null) instanceof Fault.InAnswer in) {
      end = in.end();
      passed = allowed(in.afterBytes(), at, length);
    } else if (fault.orElse(null) instanceof Fault.AnswerCorrupted corrupted) {
      corrupt(bytes, at, length, corrupted.at());
    }
    received += passed;
    return passed;
  }

  private static int allowed(long most, long at, int length) {
    return (int) Math.max(0, Math.min(length, most - at));
  }

  private static void corrupt(byte[] bytes, long at, int length, long which) {
    if (which >= at && which < at + length) {
      bytes[(int) (which - at)] ^= 0x40;
    }
  }

  ProxiedRequest seen() {
    return new ProxiedRequest(
        request.word(0),
        request.word(1),
        status,
        sent,
        received,
        request.header("Range"),
        request.header("traceparent"));
  }
}
