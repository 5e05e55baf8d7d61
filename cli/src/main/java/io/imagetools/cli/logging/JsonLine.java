package io.imagetools.cli.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object a line, as logback writes it: timestamp, level, mdc (run, job, image), message.
 */
final class JsonLine implements LogLine {
  private final JsonEncoder encoder = new JsonEncoder();

  JsonLine() {
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithThreadName(false);
    encoder.setWithContext(false);
    encoder.setWithMarkers(false);
    encoder.setWithKVPList(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    encoder.start();
  }

  @Override
  public String of(ILoggingEvent event) {
    return new String(encoder.encode(event), StandardCharsets.UTF_8).strip();
  }
}
