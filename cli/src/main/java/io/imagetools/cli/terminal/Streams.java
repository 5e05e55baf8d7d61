package io.imagetools.cli.terminal;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The three standard streams and what is known of them.
 *
 * @param in standard input
 * @param out standard output: results only
 * @param err standard error: log, progress, summary
 * @param inIsTerminal whether somebody types
 * @param errIsTerminal whether somebody watches
 * @param colour whether colour is wanted there (a terminal, and no NO_COLOR; see no-color.org)
 */
public record Streams(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean errIsTerminal,
    boolean colour) {

  /**
   * Set by the launcher, which can ask the system: {@code 0}, {@code 1}, {@code 2} that are ttys.
   */
  private static final String TERMINALS = "imagetools.terminals";

  /** The process's own. */
  public static Streams ofProcess(Map<String, String> environment) {
    String terminals = System.getProperty(TERMINALS, fallback());
    boolean watched = terminals.contains("2");
    String noColor = environment.getOrDefault("NO_COLOR", "");
    boolean dumb = "dumb".equals(environment.get("TERM"));
    return new Streams(
        new FileInputStream(FileDescriptor.in),
        StandardOutput.on(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        terminals.contains("0"),
        watched,
        watched && noColor.isEmpty() && !dumb);
  }

  /**
   * Why something is lost that was printed to standard output, as where a disk is full; null:
   * nothing is, or whoever read it had enough.
   */
  public @Nullable String lost() {
    return out instanceof StandardOutput known ? known.lost() : null;
  }

  /** Without the launcher: until JDK 21 there is a console only if both ends are terminals. */
  private static String fallback() {
    Console console = Runtime.version().feature() < 22 ? System.console() : null;
    return console == null ? "" : "012";
  }
}
