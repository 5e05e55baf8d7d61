package io.imagetools.common.trace;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a trace, as it goes from process to process (W3C Trace Context, level 1).
 *
 * @param traceparent of version 00: {@code 00-TRACE-SPAN-FLAGS}
 * @param tracestate what tracing systems put along; may be empty; not looked into
 */
public record TraceContext(String traceparent, String tracestate) {

  /** The name of the first part, in HTTP and in records. */
  public static final String PARENT = "traceparent";

  /** The name of the second part. */
  public static final String STATE = "tracestate";

  /** What is longer is not looked at; the specification asks for 512 of the state. */
  static final int LONGEST = 512;

  private static final Pattern PARENT_FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private static final Pattern STATE_FORM = Pattern.compile("[\\x20-\\x7e]{0," + LONGEST + "}");
  private static final String NO_TRACE = "0".repeat(32);
  private static final String NO_SPAN = "0".repeat(16);

  /**
   * Validates.
   *
   * @throws IllegalArgumentException if it is none of version 00, or the state can't be a header's
   */
  public TraceContext {
    Matcher form = PARENT_FORM.matcher(traceparent);
    if (!form.matches() || !"00".equals(form.group(1)) || form.group(5) != null || !named(form)) {
      throw new IllegalArgumentException("not a trace context of version 00");
    }
    if (!STATE_FORM.matcher(tracestate).matches()) {
      throw new IllegalArgumentException("not a trace state");
    }
  }

  private static boolean named(Matcher form) {
    return !NO_TRACE.equals(form.group(2)) && !NO_SPAN.equals(form.group(3));
  }

  /**
   * What somebody else wrote. As the specification has it: a wrong parent is no context, of a later
   * version what is known of it counts, and a wrong state is left out.
   */
  public static Optional<TraceContext> parse(
      @Nullable String traceparent, @Nullable String tracestate) {
    if (traceparent == null || traceparent.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher form = PARENT_FORM.matcher(traceparent);
    if (!form.matches() || !named(form) || !known(form.group(1), form.group(5))) {
      return Optional.empty();
    }
    String parent = "00-" + form.group(2) + "-" + form.group(3) + "-" + form.group(4);
    String state = tracestate != null && STATE_FORM.matcher(tracestate).matches() ? tracestate : "";
    return Optional.of(new TraceContext(parent, state));
  }

  private static boolean known(String version, @Nullable String more) {
    return "00".equals(version) ? more == null : !"ff".equals(version);
  }

  /** The trace's id: 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  /** The id of the span that this is below: 16 hexadecimal digits. */
  public String spanId() {
    return traceparent.substring(36, 52);
  }
}
