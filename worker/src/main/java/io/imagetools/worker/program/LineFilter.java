package io.imagetools.worker.program;

/**
 * Sees every line of an output as it comes, and says which are worth keeping. Called by a thread of
 * the runner, one line at a time for each stream, but for both streams at once.
 */
@FunctionalInterface
public interface LineFilter {

  /** Keeps everything. */
  LineFilter KEEP = line -> true;

  /**
   * Whether the line goes into the result.
   *
   * @param line without its end; cut at {@link BoundedText#MAX_LINE} characters
   */
  boolean keep(String line);
}
