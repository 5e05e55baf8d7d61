package io.imagetools.it.guarantees;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What happened in a run, written by all its processes: a line an event, whole or not at all, so
 * that a process may be killed at any moment. Thread-safe.
 */
final class Journal implements AutoCloseable {
  /** Who does what is done to the broker. */
  static final String BROKER = "broker";

  /** Who submits runs. */
  static final String PRODUCER = "producer";

  /** What a line says. */
  enum What {
    /** The run's jobs are on their way to the queue from now on. */
    SUBMITTED,
    /** A worker takes jobs from now on. */
    UP,
    /** It was told to end, drained, and gave the rest back. */
    DOWN,
    KILLED,
    FROZEN,
    THAWED,
    /** The broker does not answer from now on. */
    GONE,
    BACK,
    BEGIN,
    END,
    /** A job was interrupted. */
    STOPPED,
    /** A process stood still until now, which nobody had told it to do. */
    STALLED
  }

  /**
   * One line.
   *
   * @param millis of this machine's clock
   * @param who a worker, {@link #BROKER} or {@link #PRODUCER}
   * @param job its number; for {@link What#STALLED} how long that lasted, in milliseconds; 0 where
   *     it is about neither
   */
  record Entry(long millis, String who, What what, int job) {
    static Entry parse(String line) {
      String[] fields = line.split(" ", -1);
      return new Entry(
          Long.parseLong(fields[0]),
          fields[1],
          What.valueOf(fields[2]),
          Integer.parseInt(fields[3]));
    }
  }

  private final Path file;
  private final OutputStream out;

  Journal(Path file) throws IOException {
    this.file = file;
    this.out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  void write(String who, What what, int job) {
    String line = System.currentTimeMillis() + " " + who + " " + what + " " + job + "\n";
    try {
      synchronized (this) {
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  History history() throws IOException {
    String text = Files.readString(file);
    return new History(
        text.substring(0, text.lastIndexOf('\n') + 1).lines().map(Entry::parse).toList());
  }

  List<Entry> entries() throws IOException {
    return history().entries();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
