package io.imagetools.cli.terminal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that knows why it could not be written: a {@link PrintStream} only knows that.
 */
final class StandardOutput extends PrintStream {
  private static final Path ITSELF = Path.of("/proc/self/fd/1");

  private final Watched watched;

  private StandardOutput(Watched watched) {
    super(watched, true, StandardCharsets.UTF_8);
    this.watched = watched;
  }

  /** Onto that stream. */
  static StandardOutput on(OutputStream out) {
    return new StandardOutput(new Watched(out));
  }

  /**
   * Why something is lost that was printed; null: nothing is, or whoever read it has gone, as
   * {@code head} does.
   */
  @Nullable String lost() {
    flush();
    IOException failure = watched.failure;
    if (failure == null || readerHasGone(failure)) {
      return null;
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** The system says it in the user's language, but then it shows what the stream is. */
  private static boolean readerHasGone(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe") || isPipe();
  }

  private static boolean isPipe() {
    try {
      String is = Files.readSymbolicLink(ITSELF).toString();
      return is.startsWith("pipe:") || is.startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  private static final class Watched extends FilterOutputStream {
    private volatile @Nullable IOException failure;

    Watched(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
