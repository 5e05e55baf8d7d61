package io.imagetools.cli.command;

import io.imagetools.cli.options.ClusterOptions;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns the cluster options into settings. */
final class Kafka {

  private Kafka() {}

  /**
   * The settings of the cluster that the options name.
   *
   * @throws ParameterException if they name none
   */
  static KafkaSettings settings(CommandLine command, ClusterOptions options) {
    String servers = options.bootstrapServer();
    if (servers == null) {
      throw new ParameterException(command, "which cluster? Give --bootstrap-server HOST:PORT");
    }
    return settings(command, options, servers);
  }

  /** The same for a cluster that is known already. */
  static KafkaSettings settings(CommandLine command, ClusterOptions options, String servers) {
    Topics topics;
    try {
      topics = new Topics(options.topicPrefix());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "--topic-prefix: " + e.getMessage());
    }
    return new KafkaSettings(servers, properties(options.commandConfig()), topics);
  }

  private static Map<String, String> properties(@Nullable Path file) {
    Map<String, String> map = new TreeMap<>();
    if (file == null) {
      return map;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw Words.unreadable("The file " + file + " of --command-config", e, "");
    }
    properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
    return map;
  }
}
