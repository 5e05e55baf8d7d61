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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may what, and who is let in: each role by its login, over TLS, with the least rights. */
class KafkaSecurityTest extends SecuredRoles {
  private static final String SOME_RUN = "20261124-133000-0f3a9";

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
    assertThat(isMirrored(2)).isTrue();
  }

  @Test
  void a_run_goes_through_a_classic_queue_with_its_least_rights() throws Exception {
    Topics topics = freshNames();
    new Provisioning(broker.admin(), topics, QueueMode.CLASSIC, 1).ensureTopics(Role.WORKER);
    for (Role role : Role.values()) {
      broker.allow(user(role), role.rights(topics, QueueMode.CLASSIC));
    }
    String[] classic = {"--queue", "classic"};
    String failed = folder.resolve("failed.txt").toString();

    await() // a broker learns of rights a moment after they are given, in their order
        .atMost(Duration.ofSeconds(90))
        .until(() -> run(Role.OBSERVER, topics, "status", classic[0], classic[1]).status() == 0);
    String list = list(2).toString();
    CommandRun enqueued = run(Role.PRODUCER, topics, "enqueue", "-f", list, classic[0], classic[1]);
    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    String run = enqueued.out().strip();
    List<String> arguments =
        arguments(Role.WORKER, topics, "worker", "-j", "1", insecure(), classic[0], classic[1]);
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
    assertThat(isMirrored(2)).isTrue();
  }

  @Test
  void a_worker_that_may_not_join_the_ordinary_group_is_told_so() throws Exception {
    Topics topics = freshNames();
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
    Topics topics = freshNames();
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
            "share.auto.offset.reset=earliest,share.delivery.count.limit=10");
  }

  @Test
  void a_group_whose_jobs_are_dropped_after_few_deliveries_is_warned_of() throws Exception {
    Topics topics = topics();
    setUpGroup(topics);
    setUp(topics.shareGroup(), Map.of("share.delivery.count.limit", "5"));
    allow(Role.WORKER, topics);

    try (ProgramProcess worker = worker(topics)) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  worker.err().contains(topics.shareGroup() + " has share.delivery.count.limit=5"));
      assertThat(worker.err())
          .contains(
              "'kafka-configs.sh --bootstrap-server … --alter --entity-type groups --entity-name "
                  + topics.shareGroup()
                  + " --add-config share.delivery.count.limit=10,share.partition.max.record.locks=4000'");
    }
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
}
