package io.imagetools.worker.trace;

import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.TracedWork;
import io.imagetools.common.trace.Tracing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Remembers what was recorded, in the order of the begins; up to nine spans. Thread-safe. */
public final class SpanRecorder implements Tracing {

  /** The place of a job in a trace. */
  public static final TraceContext JOB =
      new TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b");

  private final List<Recorded> spans = new CopyOnWriteArrayList<>();

  @Override
  public TracedWork begin(
      Kind kind, String name, @Nullable TraceContext parent, Map<String, String> attributes) {
    TraceContext own =
        new TraceContext(
            "00-0af7651916cd43dd8448eb211c80319c-000000000000000" + (spans.size() + 1) + "-01",
            "a=b");
    Recorded span =
        new Recorded(
            kind + " " + name,
            parent,
            own,
            new ConcurrentHashMap<>(attributes),
            new CopyOnWriteArrayList<>());
    spans.add(span);
    return span;
  }

  /** What was begun so far. */
  public List<Recorded> spans() {
    return List.copyOf(spans);
  }

  @Override
  public void close() {}

  /**
   * A span.
   *
   * @param what its kind and name
   * @param parent what it is below
   * @param context its own place
   * @param notes its attributes; numbers say that they are some
   * @param ends {@code failed} and {@code ended}, as they came
   */
  public record Recorded(
      String what,
      @Nullable TraceContext parent,
      TraceContext context,
      Map<String, String> notes,
      List<String> ends)
      implements TracedWork {

    @Override
    public void note(String name, String value) {
      notes.put(name, value);
    }

    @Override
    public void note(String name, long value) {
      notes.put(name, value + " (a number)");
    }

    @Override
    public void failed(String why) {
      ends.add("failed");
    }

    @Override
    public void end() {
      ends.add("ended");
    }
  }
}
