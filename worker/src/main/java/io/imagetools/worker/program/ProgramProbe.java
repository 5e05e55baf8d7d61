package io.imagetools.worker.program;

import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Finds a program, asks for its version, and holds it against the floor. */
public final class ProgramProbe {

  /**
   * A program that does not say its version by then is broken; a busy machine with a slow disk may
   * take many seconds to load it.
   */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private final ProgramRunner runner;
  private final Map<String, String> environment;
  private final ProgramLocator locator;
  private final InstallHint hint;

  /**
   * A probe.
   *
   * @param environment of this process; decides where is looked
   */
  public ProgramProbe(ProgramRunner runner, Map<String, String> environment, InstallHint hint) {
    this.runner = runner;
    this.environment = Map.copyOf(environment);
    this.locator = new ProgramLocator(environment);
    this.hint = hint;
  }

  /**
   * The program, ready for use.
   *
   * @throws EnvironmentException if it is absent, too old or broken; the message says what to do
   */
  public InstalledProgram require(KnownProgram program) throws InterruptedException {
    Path path =
        locator
            .find(program)
            .orElseThrow(
                () ->
                    new EnvironmentException(
                        program.displayName() + " was not found. " + hint.sentence(program)));
    return verify(program, path);
  }

  /**
   * That very file as the program, ready for use.
   *
   * @throws EnvironmentException as {@link #require}
   */
  public InstalledProgram verify(KnownProgram program, Path path) throws InterruptedException {
    Version version = version(program, path);
    if (version.compareTo(program.floor()) < 0) {
      throw new EnvironmentException(
          program.displayName()
              + " "
              + version
              + " ("
              + path
              + ") is too old: "
              + program.floor()
              + " or newer is needed. "
              + hint.sentence(program));
    }
    return new InstalledProgram(program, path.toAbsolutePath(), version);
  }

  private Version version(KnownProgram program, Path path) throws InterruptedException {
    ProgramResult result;
    try {
      List<String> argv =
          java.util.stream.Stream.concat(
                  java.util.stream.Stream.of(path.toAbsolutePath().toString()),
                  program.versionArguments().stream())
              .toList();
      result = runner.run(ProgramCall.of(argv, ChildEnvironment.of(environment), LIMIT));
    } catch (IOException e) {
      throw broken(program, path, e.getMessage(), e);
    }
    if (!result.succeeded()) {
      throw broken(program, path, "exit status " + result.exitStatus(), null);
    }
    return Version.find(result.standardOutput())
        .orElseThrow(() -> broken(program, path, "it does not say its version", null));
  }

  private EnvironmentException broken(
      KnownProgram program,
      Path path,
      @org.jspecify.annotations.Nullable String why,
      @org.jspecify.annotations.Nullable Exception cause) {
    return new EnvironmentException(
        program.displayName()
            + " ("
            + path
            + ") does not work here: "
            + why
            + ". "
            + hint.sentence(program),
        cause);
  }
}
