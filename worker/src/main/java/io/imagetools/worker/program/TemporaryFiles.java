package io.imagetools.worker.program;

import io.imagetools.common.process.OwnFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made for the run of a program bears its process's name, so that what a killed one leaves
 * is found: {@code image-tools-worker-SCOPE-PID-START-…}.
 *
 * <ul>
 *   <li>SCOPE stands for this start of this machine and, on Linux, for the container: only within
 *       it do process ids tell one process from another.
 *   <li>START is when the process began: ids are used again, and in containers they are always the
 *       same few. On Linux it is counted in ticks since the machine's start, which no clock that is
 *       set changes.
 * </ul>
 */
public final class TemporaryFiles {

  private static final Logger log = LoggerFactory.getLogger(TemporaryFiles.class);

  /**
   * When what another scope has left is taken for abandoned: whether its process lives can't be
   * seen from here. Nothing is used for longer than {@code --job-timeout}.
   */
  static final Duration ABANDONED = Duration.ofDays(1);

  private static final String NAME = "image-tools-worker-";
  private static final Pattern NAMED =
      Pattern.compile(NAME + "([0-9a-f]{8})-([0-9]{1,18})-([0-9]{1,18})-.*");

  private static final Path PROCESSES = Path.of("/proc");
  private static final String SCOPE = scope();
  private static final String PREFIX = prefix(SCOPE, ProcessHandle.current().pid());

  private TemporaryFiles() {}

  /** What the names of this process's temporary files and folders begin with. */
  public static String prefix() {
    return PREFIX;
  }

  private static String prefix(String scope, long pid) {
    return NAME + scope + "-" + pid + "-" + start(pid).orElse("0") + "-";
  }

  /**
   * Deletes what processes that are no more have left: at once what is of this scope, after a day
   * what is of another; of other users nothing. What can't be deleted stays; a line of the debug
   * log says so.
   *
   * @param parent the folder for temporary files
   */
  public static void deleteAbandoned(Path parent) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, NAME + "*")) {
      for (Path one : all) {
        Matcher name = NAMED.matcher(one.getFileName().toString());
        if (name.matches() && OwnFiles.contain(one)) {
          deleteIfAbandoned(one, name);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.debug("Could not look for what earlier processes left in {}.", parent, e);
    }
  }

  private static void deleteIfAbandoned(Path file, Matcher name) {
    try {
      if (isAbandoned(file, name)) {
        log.debug("Deleting {}, which a process that is no more has left.", file);
        OwnFiles.delete(file);
      }
    } catch (IOException e) { // as if another process that starts is deleting it
      log.debug("Could not delete {}.", file, e);
    }
  }

  private static boolean isAbandoned(Path file, Matcher name) throws IOException {
    if (!name.group(1).equals(SCOPE)) {
      Instant changed = Files.getLastModifiedTime(file).toInstant();
      return changed.isBefore(Instant.now().minus(ABANDONED));
    }
    Optional<String> start = start(Long.parseLong(name.group(2)));
    return start.isEmpty() || !start.get().equals(name.group(3));
  }

  private static String scope() {
    String boot;
    String processes;
    try {
      boot = Files.readString(PROCESSES.resolve("sys/kernel/random/boot_id"));
      processes = Files.readSymbolicLink(PROCESSES.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "00000000"; // Not Linux: there are no containers to be told apart.
    }
    return HexFormat.of().toHexDigits((boot + processes).hashCode());
  }

  /** When a process began; empty if there is none of that id. */
  private static Optional<String> start(long pid) {
    try {
      String stat = Files.readString(PROCESSES.resolve(pid + "/stat"));
      // proc_pid_stat(5): field 22. The second, a name in parentheses, may hold anything.
      return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
    } catch (IOException e) {
      return ProcessHandle.of(pid)
          .map(process -> process.info().startInstant().map(Instant::toEpochMilli).orElse(0L))
          .map(String::valueOf);
    }
  }
}
