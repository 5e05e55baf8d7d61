package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.SecuredBroker;
import io.imagetools.common.kafka.Provisioning;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Right;
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
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands against a broker with TLS, SCRAM logins and ACLs, each as a user of its own with the
 * least rights. Topics and group are set up by an admin; tests stay apart by their prefix.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class KafkaSecurityTest {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final String SOME_RUN = "20261124-133000-0f3a9";

  /** Roles look at the cluster again and again, at most this far apart. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  private SecuredBroker broker;
  private String below = "";

  @TempDir Path folder;

  @BeforeAll
  void start(@TempDir Path brokerFolder) throws Exception {
    broker =
        SecuredBroker.start(
            brokerFolder, Arrays.stream(Role.values()).map(KafkaSecurityTest::user).toList());
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

  /** Names that nobody else has; the topics are there, nobody has rights. */
  private Topics topics() throws Exception {
    Topics topics = new Topics("secured-" + PREFIXES.incrementAndGet());
    new Provisioning(broker.admin(), topics, QueueMode.SHARE, 1).ensureTopics(Role.WORKER);
    return topics;
  }

  private void setUpGroup(Topics topics) throws Exception {
    setUp(topics.shareGroup());
    setUp(topics.in(Lane.EXPRESS).shareGroup());
    setUp(topics.in(Lane.BESIDE).shareGroup());
  }

  private void setUp(String name) throws Exception {
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, name);
    ConfigEntry earliest = new ConfigEntry("share.auto.offset.reset", "earliest");
    broker
        .admin()
        .incrementalAlterConfigs(
            Map.of(group, List.of(new AlterConfigOp(earliest, AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private void allow(Role role, Topics topics) throws Exception {
    broker.allow(user(role), role.rights(topics));
  }

  private Path config(Map<String, String> properties) throws IOException {
    return Files.writeString(
        Files.createTempFile(folder, "client-", ".properties"),
        properties.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /** To destinations where nothing is yet. */
  private Path list(int images) throws IOException {
    below = "below-" + PREFIXES.incrementAndGet();
    List<String> lines = new ArrayList<>();
    for (int i = 1; i <= images; i++) {
      lines.add(source.host() + "/app " + destination.host() + "/" + below + i + " 1");
    }
    return Files.write(folder.resolve("list.txt"), lines);
  }

  private List<String> arguments(Role role, Topics topics, String... command) throws IOException {
    return arguments(broker.client(user(role)), topics, command);
  }

  private List<String> arguments(Map<String, String> client, Topics topics, String... command)
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

  private CommandRun run(Role role, Topics topics, String... command) throws IOException {
    return CommandRun.of(arguments(role, topics, command).toArray(String[]::new));
  }

  private CommandRun run(Map<String, String> client, Topics topics, String... command)
      throws IOException {
    return CommandRun.of(arguments(client, topics, command).toArray(String[]::new));
  }

  private CommandRun enqueue(Topics topics, int images) throws IOException {
    return run(Role.PRODUCER, topics, "enqueue", "-f", list(images).toString());
  }

  private ProgramProcess worker(Topics topics) throws IOException {
    return ProgramProcess.start(
        folder,
        Map.of(),
        arguments(
                Role.WORKER,
                topics,
                "worker",
                "-j",
                "1",
                "--insecure-registry",
                source.host() + "," + destination.host())
            .toArray(String[]::new));
  }

  /** Each role's command, as short as it can be. */
  private CommandRun command(Role role, Topics topics) throws IOException {
    return switch (role) {
      case PRODUCER -> enqueue(topics, 1);
      case WORKER -> run(role, topics, "worker", "-j", "1");
      case COLLECTOR ->
          run(role, topics, "collect", SOME_RUN, "-o", folder.resolve("failed.txt").toString());
      case OBSERVER -> run(role, topics, "status");
      case CANCELLER -> run(role, topics, "cancel", SOME_RUN);
    };
  }

  @Test
  void a_run_goes_through_with_the_least_rights() throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    for (Role role : Role.values()) {
      allow(role, topics);
    }

    CommandRun enqueued = enqueue(topics, 2);
    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    String run = enqueued.out().strip();
    try (ProgramProcess worker = worker(topics)) {
      CommandRun collected =
          run(
              Role.COLLECTOR,
              topics,
              "collect",
              run,
              "-o",
              folder.resolve("failed.txt").toString());
      assertThat(collected.status()).as(collected.err() + worker.err()).isZero();
      assertThat(collected.err()).doesNotContain("WARN");
      CommandRun status = run(Role.OBSERVER, topics, "status");
      assertThat(status.status()).as(status.err()).isZero();
      assertThat(status.out()).contains(run, "DONE", "waiting or running: 0");
      CommandRun cancelled = run(Role.CANCELLER, topics, "cancel", run);
      assertThat(cancelled.status()).as(cancelled.err()).isZero();
      worker.signal("TERM");
      assertThat(worker.exit(90)).isEqualTo(143);
      assertThat(worker.err()).contains("has ended");
      assertThat(worker.err()).doesNotContain("WARN");
    }
    assertThat(new RegistryReader(destination).digest(below + "2", "1")).isPresent();
  }

  @Test
  void a_run_goes_through_a_classic_queue_with_its_least_rights() throws Exception {
    Topics topics = new Topics("secured-" + PREFIXES.incrementAndGet());
    new Provisioning(broker.admin(), topics, QueueMode.CLASSIC, 1).ensureTopics(Role.WORKER);
    for (Role role : Role.values()) {
      broker.allow(user(role), role.rights(topics, QueueMode.CLASSIC));
    }
    String[] classic = {"--queue", "classic"};
    String failed = folder.resolve("failed.txt").toString();
    String insecure = "--insecure-registry=" + source.host() + "," + destination.host();

    await() // a broker learns of rights a moment after they are given, in their order
        .atMost(Duration.ofSeconds(90))
        .until(() -> run(Role.OBSERVER, topics, "status", classic[0], classic[1]).status() == 0);
    String list = list(2).toString();
    CommandRun enqueued = run(Role.PRODUCER, topics, "enqueue", "-f", list, classic[0], classic[1]);
    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    String run = enqueued.out().strip();
    List<String> arguments =
        arguments(Role.WORKER, topics, "worker", "-j", "1", insecure, classic[0], classic[1]);
    try (ProgramProcess worker =
        ProgramProcess.start(folder, Map.of(), arguments.toArray(String[]::new))) {
      CommandRun collected =
          run(Role.COLLECTOR, topics, "collect", run, "-o", failed, classic[0], classic[1]);
      assertThat(collected.status()).as(collected.err() + worker.err()).isZero();
      await()
          .atMost(Duration.ofSeconds(90))
          .until(
              () ->
                  run(Role.OBSERVER, topics, "status", classic[0], classic[1])
                      .out()
                      .contains("waiting or running: 0"));
      assertThat(worker.err()).doesNotContain("WARN");
    }
    assertThat(new RegistryReader(destination).digest(below + "2", "1")).isPresent();
  }

  @Test
  void a_worker_that_may_not_join_the_ordinary_group_is_told_so() throws Exception {
    Topics topics = new Topics("secured-" + PREFIXES.incrementAndGet());
    new Provisioning(broker.admin(), topics, QueueMode.CLASSIC, 1).ensureTopics();
    broker.allow(
        user(Role.WORKER),
        Role.WORKER.rights(topics, QueueMode.CLASSIC).stream()
            .filter(right -> !right.name().equals(topics.classicGroup()))
            .toList());

    CommandRun run = run(Role.WORKER, topics, "worker", "-j", "1", "--queue", "classic");

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("READ on the group " + topics.classicGroup());
  }

  static Stream<Arguments> each_right_of_each_role() {
    return Arrays.stream(Role.values())
        .flatMap(
            role -> role.rights(Topics.DEFAULT).stream().map(right -> Arguments.of(role, right)));
  }

  @ParameterizedTest
  @MethodSource("each_right_of_each_role")
  @Timeout(180)
  void a_role_with_one_right_less_is_told_which(Role role, Right least) throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    int missing = role.rights(Topics.DEFAULT).indexOf(least);
    List<Right> rights = new ArrayList<>(role.rights(topics));
    Right taken = rights.remove(missing);
    broker.allow(user(role), rights);

    CommandRun run = command(role, topics);

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains("needs " + taken + ".", taken.options())
        .doesNotContain("Exception", broker.client(user(role)).get("sasl.jaas.config"));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  @Timeout(180)
  void a_role_with_no_rights_is_told_all_of_them(Role role) throws Exception {
    Topics topics = topics();

    CommandRun run = command(role, topics);

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    for (Right right : role.rights(topics)) {
      if (right.operation() != AclOperation.DESCRIBE_CONFIGS) { // said when the group can be seen
        assertThat(run.err()).contains(right.toString());
      }
    }
  }

  @Test
  void topics_that_are_missing_need_the_right_to_create_them() throws Exception {
    Topics topics = new Topics("absent-" + PREFIXES.incrementAndGet());
    allow(Role.PRODUCER, topics);

    CommandRun run = enqueue(topics, 1);

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("needs CREATE on the topic " + topics.prefix());
  }

  @Test
  void a_group_that_nobody_set_up_is_not_joined() throws Exception {
    Topics topics = topics();
    allow(Role.WORKER, topics);
    setUp(topics.in(Lane.EXPRESS).shareGroup());
    setUp(topics.in(Lane.BESIDE).shareGroup());

    CommandRun run = command(Role.WORKER, topics);

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains(
            "needs ALTER_CONFIGS on the group " + topics.shareGroup(),
            "kafka-configs.sh",
            "--entity-name " + topics.shareGroup(),
            "share.auto.offset.reset=earliest");
  }

  @Test
  void a_worker_that_may_sets_the_group_up() throws Exception {
    Topics topics = topics();
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    broker.allow(
        user(Role.WORKER),
        List.of(
            Right.onGroup(AclOperation.ALTER_CONFIGS, topics.shareGroup()),
            Right.onGroup(AclOperation.ALTER_CONFIGS, topics.in(Lane.EXPRESS).shareGroup()),
            Right.onGroup(AclOperation.ALTER_CONFIGS, topics.in(Lane.BESIDE).shareGroup())));
    CommandRun enqueued = enqueue(topics, 1);
    assertThat(enqueued.status()).as(enqueued.err()).isZero();

    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("Successfully copied"));
    }
  }

  @Test
  void a_wrong_password_is_refused_and_appears_nowhere() throws Exception {
    String wrong = "guessed-secret-91c4";
    String user = user(Role.PRODUCER);

    CommandRun run =
        run(
            broker.clientWithPassword(user, wrong),
            Topics.DEFAULT,
            "enqueue",
            "--debug",
            "-f",
            list(1).toString());

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains("does not accept the login", "SCRAM-SHA-512", "--command-config");
    assertThat(run.err() + run.out()).doesNotContain(wrong, SecuredBroker.password(user));
  }

  @Test
  void a_certificate_of_an_unknown_ca_is_refused_with_what_to_set() throws Exception {
    CommandRun run =
        run(
            broker.clientThatTrustsAStranger(user(Role.PRODUCER)),
            Topics.DEFAULT,
            "enqueue",
            "-f",
            list(1).toString());

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains("certificate is not trusted", "ssl.truststore.location", "ssl.truststore.type");
  }

  @Test
  @Timeout(180)
  void a_client_without_tls_is_told_in_time() throws Exception {
    String[] enqueue =
        arguments(Map.of(), Topics.DEFAULT, "enqueue", "-f", list(1).toString())
            .toArray(String[]::new);
    // With the small heap of a process: a client takes the alert for the length of an answer.
    try (ProgramProcess process = ProgramProcess.start(folder, Map.of(), enqueue)) {
      assertThat(process.exit(90)).as(process.err()).isEqualTo(3);
      assertThat(process.err()).contains("TLS", "--command-config").doesNotContain("OutOfMemory");
    }
  }

  @Test
  void a_worker_that_loses_a_right_says_so_once_and_goes_on_when_it_has_it_again()
      throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    List<Right> group = List.of(Right.onGroup(AclOperation.READ, topics.shareGroup()));
    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("takes jobs from"));
      String warning = "needs READ on the group " + topics.shareGroup();

      broker.deny(user(Role.WORKER), group);
      await().atMost(PATIENCE).until(() -> worker.err().contains(warning));
      CommandRun enqueued = enqueue(topics, 1);
      assertThat(enqueued.status()).as(enqueued.err()).isZero();
      broker.allow(user(Role.WORKER), group);

      await().atMost(PATIENCE).until(() -> worker.err().contains("Successfully copied"));
      assertThat(worker.err().split(warning, -1)).hasSize(2);
      assertThat(worker.isAlive()).isTrue();
    }
  }

  @Test
  void a_result_that_may_not_be_written_waits_until_it_may() throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    List<Right> status = List.of(Right.onTopic(AclOperation.WRITE, topics.status()));
    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("takes jobs from"));
      String warning = "needs WRITE on the topic " + topics.status();

      broker.deny(user(Role.WORKER), status);
      CommandRun enqueued = enqueue(topics, 1);
      assertThat(enqueued.status()).as(enqueued.err()).isZero();
      await().atMost(PATIENCE).until(() -> worker.err().contains(warning));
      broker.allow(user(Role.WORKER), status);

      await().atMost(PATIENCE).until(() -> worker.err().contains("The broker answers again"));
      assertThat(worker.err().split(warning, -1)).hasSize(2);
    }
  }

  @Test
  void a_worker_that_may_no_longer_read_jobs_or_runs_says_so_and_takes_jobs_when_it_may()
      throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    allow(Role.PRODUCER, topics);
    allow(Role.WORKER, topics);
    List<Right> reading =
        List.of(
            Right.onTopic(AclOperation.READ, topics.jobs()),
            Right.onTopic(AclOperation.READ, topics.runs()));
    try (ProgramProcess worker = worker(topics)) {
      await().atMost(PATIENCE).until(() -> worker.err().contains("takes jobs from"));

      broker.deny(user(Role.WORKER), reading);
      CommandRun enqueued = enqueue(topics, 1);
      assertThat(enqueued.status()).as(enqueued.err()).isZero();
      for (Right right : reading) {
        await().atMost(PATIENCE).until(() -> worker.err().contains("needs " + right));
      }
      broker.allow(user(Role.WORKER), reading);

      await().atMost(PATIENCE).until(() -> worker.err().contains("Successfully copied"));
      await().atMost(PATIENCE).until(() -> worker.err().contains("runs are noticed again"));
      for (Right right : reading) {
        assertThat(worker.err().split("needs " + right, -1)).hasSize(2);
      }
    }
  }

  @Test
  void a_collector_that_loses_a_right_says_so_once_and_ends_its_run_when_it_has_it_again()
      throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    for (Role role : Role.values()) {
      allow(role, topics);
    }
    List<Right> reading = List.of(Right.onTopic(AclOperation.READ, topics.status()));
    CommandRun enqueued = enqueue(topics, 1);
    String[] collect =
        arguments(Role.COLLECTOR, topics, "collect", enqueued.out().strip()).toArray(String[]::new);
    try (ProgramProcess collector = ProgramProcess.start(folder, Map.of(), collect)) {
      String warning = "needs " + reading.get(0);
      await().atMost(PATIENCE).until(() -> collector.err().contains("0 of 1 done"));

      broker.deny(user(Role.COLLECTOR), reading);
      await().atMost(PATIENCE).until(() -> collector.err().contains(warning));
      broker.allow(user(Role.COLLECTOR), reading);
      try (ProgramProcess worker = worker(topics)) {
        assertThat(collector.exit(90)).as(collector.err() + worker.err()).isZero();
      }
      assertThat(collector.err().split(warning, -1)).hasSize(2);
    }
  }
}
