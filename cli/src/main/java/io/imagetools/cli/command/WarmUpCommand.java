package io.imagetools.cli.command;

import io.imagetools.cli.logging.LogFormat;
import io.imagetools.cli.logging.Logging;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.RegistryConverter;
import io.imagetools.cli.terminal.Streams;
import io.imagetools.common.image.Registry;
import io.imagetools.common.process.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What the launcher runs once after a build, so that the classes of an ordinary run can be stored
 * in a form that loads fast: one image that can't be had, mirrored from and to nowhere.
 */
@Command(name = "warm-up", hidden = true, header = "Loads what an ordinary run loads, and ends.")
public final class WarmUpCommand implements Callable<Integer> {

  /** Nothing listens there; connecting fails at once. */
  private static final String NOWHERE = "127.0.0.1:1";

  private final Invocation invocation;

  /** Started so. */
  public WarmUpCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("image-tools-warm-up-");
    Path failed = folder.resolve("failed.txt");
    Path report = folder.resolve("report.json");
    try {
      int status =
          new CommandLine(new MirrorCommand(quiet()))
              .registerConverter(Duration.class, new DurationConverter())
              .registerConverter(Registry.class, new RegistryConverter())
              .execute(arguments(failed, report));
      // One image failed, as it must: anything else is no ordinary run.
      return status == ExitCode.FAILURES.status() ? 0 : status;
    } finally {
      Files.deleteIfExists(failed);
      Files.deleteIfExists(report);
      Files.deleteIfExists(folder);
    }
  }

  private static String[] arguments(Path failed, Path report) {
    return new String[] {
      "--attempts=1",
      "--progress=plain",
      "--file=-",
      "--jobs=20",
      "--output=" + failed,
      "--report=" + report
    };
  }

  private Invocation quiet() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Logging.start(nowhere, false, LogFormat.text, false);
    String list = NOWHERE + "/none " + NOWHERE + "/none-either 1\n";
    Streams streams =
        new Streams(
            new ByteArrayInputStream(list.getBytes(StandardCharsets.UTF_8)),
            nowhere,
            nowhere,
            false,
            false,
            false);
    Map<String, String> environment = new HashMap<>(invocation.environment());
    environment.remove("DOCKER_USERNAME");
    environment.remove("DOCKER_PASSWORD");
    environment.remove("DOCKER_REGISTRY");
    return new Invocation(streams, environment);
  }
}
