package io.imagetools.cli.command;

import io.imagetools.cli.manual.Manual;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.common.process.ExitCode;
import io.imagetools.common.process.ProgramVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the build of a release runs: man pages and completion scripts come from the grammar. */
@Command(
    name = "manual",
    hidden = true,
    mixinStandardHelpOptions = true,
    header = "Writes man pages and completion scripts into a folder.")
public final class ManualCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FOLDER", description = "Made if it is missing.")
  private @Nullable Path folder;

  @Override
  public Integer call() {
    Path where = Objects.requireNonNull(folder);
    try {
      new Manual(Objects.requireNonNull(spec).root().commandLine(), ProgramVersion.current())
          .write(where);
    } catch (IOException e) {
      throw new EnvironmentException("The manual can't be written to " + where + ": " + e, e);
    }
    return ExitCode.OK.status();
  }
}
