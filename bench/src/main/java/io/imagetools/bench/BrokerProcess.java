package io.imagetools.bench;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.logging.LogFormat;
import io.imagetools.cli.logging.Logging;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A Kafka broker as a process of its own; it ends when its standard input does. */
final class BrokerProcess implements AutoCloseable {

  private static final String READY = "broker ready at ";

  private final Process process;
  private final String bootstrapServers;

  private BrokerProcess(Process process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /** The process: {@code java … BrokerProcess FOLDER}. */
  public static void main(String[] args) throws IOException {
    Logging.start(System.err, false, LogFormat.text, false); // or it would fill standard output
    try (EmbeddedBroker broker = EmbeddedBroker.start(Files.createDirectories(Path.of(args[0])))) {
      System.out.println(READY + broker.bootstrapServers());
      while (System.in.read() >= 0) {
        // Whoever started it is alive.
      }
    }
  }

  static BrokerProcess start(Path folder) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProcess.class.getName(),
                folder.resolve("broker").toString())
            .redirectError(folder.resolve("broker.log").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return new BrokerProcess(process, line.substring(READY.length()));
      }
    }
    throw new IOException(
        "The broker did not start: " + Files.readString(folder.resolve("broker.log")));
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    process.destroy();
    process.onExit().join();
  }
}
