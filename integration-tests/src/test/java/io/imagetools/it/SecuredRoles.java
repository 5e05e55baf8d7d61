package io.imagetools.it;

import io.imagetools.cli.local.SecuredBroker;
import io.imagetools.common.kafka.Provisioning;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.kafka.Topics.Lane;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The roles' commands and a broker with TLS, SCRAM logins and ACLs, each role as a user of its own.
 * Topics and group are set up by an admin; tests stay apart by their prefix.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
abstract class SecuredRoles {
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  /** Roles look at the cluster again and again, at most this far apart. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  SecuredBroker broker;
  private String below = "";

  @TempDir Path folder;

  @BeforeAll
  void start(@TempDir Path brokerFolder) throws Exception {
    broker =
        SecuredBroker.start(
            brokerFolder, Arrays.stream(Role.values()).map(SecuredRoles::user).toList());
    source.start();
    destination.start();
    new ImageCorpus(source).dockerList("app", "1");
  }

  @AfterAll
  void stop() {
    source.close();
    destination.close();
    broker.close();
  }

  static String user(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  /** Names that nobody else has. */
  static Topics freshNames() {
    return new Topics("secured-" + PREFIXES.incrementAndGet());
  }

  /** The topics are there, nobody has rights. */
  final Topics topics() throws Exception {
    Topics topics = freshNames();
    new Provisioning(broker.admin(), topics, QueueMode.SHARE, 1).ensureTopics(Role.WORKER);
    return topics;
  }

  final void setUpGroup(Topics topics) throws Exception {
    setUp(topics.shareGroup());
    setUp(topics.in(Lane.EXPRESS).shareGroup());
    setUp(topics.in(Lane.BESIDE).shareGroup());
  }

  /** As the page for admins says. */
  final void setUp(String name) throws Exception {
    setUp(name, KafkaSecurityPage.groupSettings().values().iterator().next());
  }

  final void setUp(String name, Map<String, String> settings) throws Exception {
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, name);
    List<AlterConfigOp> ops =
        settings.entrySet().stream()
            .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
            .map(setting -> new AlterConfigOp(setting, AlterConfigOp.OpType.SET))
            .toList();
    broker.admin().incrementalAlterConfigs(Map.of(group, ops)).all().get();
  }

  final void allow(Role role, Topics topics) throws Exception {
    broker.allow(user(role), role.rights(topics));
  }

  final Path config(Map<String, String> properties) throws IOException {
    return Files.writeString(
        Files.createTempFile(folder, "client-", ".properties"),
        properties.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /** To destinations where nothing is yet. */
  final Path list(int images) throws IOException {
    below = "below-" + PREFIXES.incrementAndGet();
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= images; i++) {
      lines.add(source.host() + "/app " + destination.host() + "/" + below + i + " 1");
    }
    return Files.write(folder.resolve("list.txt"), lines);
  }

  final List<String> arguments(Role role, Topics topics, String... command) throws IOException {
    return arguments(broker.client(user(role)), topics, command);
  }

  final List<String> arguments(Map<String, String> client, Topics topics, String... command)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(
        List.of(
            "--bootstrap-server",
            broker.bootstrapServers(),
            "--topic-prefix",
            topics.prefix(),
            "--command-config",
            config(client).toString()));
    return all;
  }

  final CommandRun run(Role role, Topics topics, String... command) throws IOException {
    return CommandRun.of(arguments(role, topics, command).toArray(String[]::new));
  }

  final CommandRun run(Map<String, String> client, Topics topics, String... command)
      throws IOException {
    return CommandRun.of(arguments(client, topics, command).toArray(String[]::new));
  }

  final CommandRun enqueue(Topics topics, int images) throws IOException {
    return run(Role.PRODUCER, topics, "enqueue", "-f", list(images).toString());
  }

  final ProgramProcess worker(Topics topics) throws IOException {
    return ProgramProcess.start(
        folder,
        Map.of(),
        arguments(Role.WORKER, topics, "worker", "-j", "1", insecure()).toArray(String[]::new));
  }

  /** Both registries speak HTTP. */
  final String insecure() {
    return "--insecure-registry=" + source.host() + "," + destination.host();
  }

  /** Whether that image of the last list is at its destination. */
  final boolean isMirrored(int number) {
    return new RegistryReader(destination).digest(below + number, "1").isPresent();
  }
}
