package io.imagetools.common.trace;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The port to what records spans. Implementations are thread-safe and never throw in passing. */
public interface Tracing extends AutoCloseable {

  /** What a piece of work is to those who look at traces; the words are OpenTelemetry's. */
  enum Kind {
    /** It puts work on a queue. */
    PRODUCER,
    /** It does what was on a queue. */
    CONSUMER,
    /** It asks another program and waits for the answer. */
    CLIENT
  }

  /** Records nothing, costs nothing, and hands on whatever context comes in. */
  Tracing OFF =
      new Tracing() {
        @Override
        public TracedWork begin(
            Kind kind, String name, @Nullable TraceContext parent, Map<String, String> attributes) {
          return new HandedOn(parent);
        }

        @Override
        public void close() {}
      };

  /**
   * A piece of work begins.
   *
   * @param name of the kind of work, the same for all of the kind
   * @param parent what it is below; null: a trace begins
   * @param attributes what tells it from others of the kind; no secrets
   */
  TracedWork begin(
      Kind kind, String name, @Nullable TraceContext parent, Map<String, String> attributes);

  /** Sends what was recorded, for some seconds at most. */
  @Override
  void close();

  /** Work that is not recorded. */
  record HandedOn(@Nullable TraceContext context) implements TracedWork {
    @Override
    public void note(String name, String value) {}

    @Override
    public void note(String name, long value) {}

    @Override
    public void failed(String why) {}

    @Override
    public void end() {}
  }
}
