package io.imagetools.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, for what a signal or a separate process shows. */
public final class ProgramProcess implements AutoCloseable {
  private final Process process;
  private final Path err;
  private final Path out;

  private ProgramProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts it with the class path of the tests. */
  public static ProgramProcess start(
      Path folder, Map<String, String> environment, String... arguments) throws IOException {
    return start(folder, environment, "io.imagetools.cli.Main", List.of(arguments));
  }

  /**
   * Starts it with a disk of that size for its temporary files, seen by it alone; what is in there
   * is below {@link #disk}.
   */
  static ProgramProcess onDisk(Path folder, String size, String... arguments) throws IOException {
    Path mounted = Files.createDirectories(folder.resolve("disk"));
    boolean root = "root".equals(System.getProperty("user.name"));
    String script = "mount -t tmpfs -o size=" + size + " tmpfs " + mounted + " && exec \"$@\"";
    List<String> before =
        List.of(
            "unshare", root ? "--mount" : "--map-root-user", "--mount", "sh", "-c", script, "-");
    Map<String, String> environment =
        Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + mounted, "TMPDIR", mounted.toString());
    return start(before, folder, environment, "io.imagetools.cli.Main", List.of(arguments));
  }

  /** The disk of {@link #onDisk}, as seen from here. */
  Path disk(Path folder) {
    return Path.of("/proc", Long.toString(process.pid()), "root")
        .resolve(folder.resolve("disk").toString().substring(1));
  }

  /** Starts another class of the tests as a process. */
  public static ProgramProcess start(
      Path folder, Map<String, String> environment, String main, List<String> arguments)
      throws IOException {
    return start(List.of(), folder, environment, main, arguments);
  }

  private static ProgramProcess start(
      List<String> before,
      Path folder,
      Map<String, String> environment,
      String main,
      List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    // A shell that starts the build in the background ignores SIGINT, and children inherit that.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main);
    command.addAll(arguments);
    Path out = Files.createTempFile(folder, "process-", ".out");
    Path err = Files.createTempFile(folder, "process-", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
    builder.environment().putAll(environment);
    return new ProgramProcess(builder.start(), out, err);
  }

  /** What it printed so far. */
  public String out() throws IOException {
    return Files.readString(out);
  }

  /** What it logged so far. */
  public String err() throws IOException {
    return Files.readString(err);
  }

  /** Sends a signal by name. */
  public void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Ends it as {@code kill -9} does, without the time that the program of that name takes. */
  public void kill() {
    process.destroyForcibly();
  }

  /** What the system calls it. */
  public long pid() {
    return process.pid();
  }

  /** Its exit status, for which it has that long. */
  public int exit(long seconds) throws IOException, InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + seconds + " s; it said:\n" + err());
    }
    return process.exitValue();
  }

  /** Whether it is there still. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Processes that it has started and that are there still. */
  List<String> descendants() {
    return process.descendants().map(child -> child.info().command().orElse("?")).toList();
  }

  /** The same as processes. */
  List<ProcessHandle> programs() {
    return process.descendants().toList();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
