package io.imagetools.cli.command;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.local.LocalData;
import io.imagetools.cli.logging.LogFormat;
import io.imagetools.cli.logging.Logging;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.RegistryConverter;
import io.imagetools.cli.terminal.Streams;
import io.imagetools.cli.warmup.WarmUpRegistry;
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
 * in a form that loads fast: one image that is mirrored within a registry of its own, and one that
 * is not there; and the same list put on the queue of a cluster, where nobody takes it.
 */
@Command(name = "warm-up", hidden = true, header = "Loads what an ordinary run loads, and ends.")
public final class WarmUpCommand implements Callable<Integer> {

  private static final String SOURCE = "image";
  private static final String COPY = "copy";
  private static final String TAG = "1";

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
    try (WarmUpRegistry registry = WarmUpRegistry.with(SOURCE, TAG)) {
      String list = list(registry.host());
      int mirrored = execute(new MirrorCommand(quiet(list)), here(registry.host(), failed, report));
      // One of both failed, as it must: anything else is no ordinary run.
      return mirrored == ExitCode.FAILURES.status()
              && registry.has(COPY, TAG)
              && enqueued(list) == ExitCode.OK.status()
          ? ExitCode.OK.status()
          : ExitCode.ENVIRONMENT.status();
    } finally {
      Files.deleteIfExists(failed);
      Files.deleteIfExists(report);
      Files.deleteIfExists(folder);
    }
  }

  private int enqueued(String list) {
    try (LocalData data = LocalData.in(Path.of(System.getProperty("java.io.tmpdir")));
        EmbeddedBroker broker = EmbeddedBroker.start(data.folder())) {
      return execute(
          new EnqueueCommand(quiet(list)),
          "--file=-",
          "--queue=share",
          "--bootstrap-server=" + broker.bootstrapServers());
    }
  }

  private static int execute(Object command, String... arguments) {
    return new CommandLine(command)
        .registerConverter(Duration.class, new DurationConverter())
        .registerConverter(Registry.class, new RegistryConverter())
        .execute(arguments);
  }

  private static String list(String host) {
    String line = host + "/%s " + host + "/%s " + TAG + "\n";
    return String.format(line, SOURCE, COPY) + String.format(line, "missing", "nowhere");
  }

  private static String[] here(String host, Path failed, Path report) {
    return new String[] {
      "--engine=registry",
      "--insecure-registry=" + host,
      "--attempts=1",
      "--progress=plain",
      "--file=-",
      "--jobs=20",
      "--output=" + failed,
      "--report=" + report
    };
  }

  private Invocation quiet(String list) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Logging.start(nowhere, false, LogFormat.text, false);
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
