package io.imagetools.common.kafka;

import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a record belongs to, in its headers {@code traceparent} and {@code tracestate}.
 */
public final class TraceHeaders {

  /** What is longer is not decoded. */
  private static final int LONGEST = 512;

  private TraceHeaders() {}

  /** What a record says; null: nothing, or nothing that is valid. Anybody may have written it. */
  public static @Nullable TraceContext of(Headers headers) {
    return TraceContext.parse(only(headers, TraceContext.PARENT), only(headers, TraceContext.STATE))
        .orElse(null);
  }

  /** Of several none is the right one. */
  private static @Nullable String only(Headers headers, String name) {
    Iterator<Header> all = headers.headers(name).iterator();
    if (!all.hasNext()) {
      return null;
    }
    byte[] value = all.next().value();
    if (all.hasNext() || value == null || value.length > LONGEST) {
      return null;
    }
    return new String(value, StandardCharsets.ISO_8859_1); // total; what is not ASCII is refused
  }

  /** Puts the sending thread's trace into a record. */
  public static <K, V> ProducerRecord<K, V> current(ProducerRecord<K, V> record) {
    return with(record, CurrentTrace.get());
  }

  /**
   * Puts a trace into a record.
   *
   * @param context null: of no trace
   */
  public static <K, V> ProducerRecord<K, V> with(
      ProducerRecord<K, V> record, @Nullable TraceContext context) {
    if (context != null) {
      put(record.headers(), TraceContext.PARENT, context.traceparent());
      put(record.headers(), TraceContext.STATE, context.tracestate());
    }
    return record;
  }

  private static void put(Headers headers, String name, String value) {
    if (!value.isEmpty()) {
      headers.add(name, value.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
