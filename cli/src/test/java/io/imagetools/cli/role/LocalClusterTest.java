package io.imagetools.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.EmbeddedBroker;
import io.imagetools.cli.options.DurationConverter;
import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.execution.ExecutionSettings;
import io.imagetools.worker.program.TemporaryFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LocalClusterTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> ITS_OWN = List.of("__consumer_offsets");

  @TempDir Path folder;

  private WorkerRole worker() throws Exception {
    WorkerOptions options = new WorkerOptions();
    new CommandLine(options)
        .registerConverter(Duration.class, new DurationConverter())
        .parseArgs("--engine=registry");
    Map<String, String> environment = Map.of("PATH", "/nowhere", "HOME", "" + folder);
    return WorkerRole.prepare(
        new WorkerSetup(
            options,
            ExecutionSettings.DEFAULT,
            environment,
            null,
            "local",
            folder,
            true,
            Tracing.OFF));
  }

  @Test
  void a_worker_that_starts_deletes_what_a_dead_one_left() throws Exception {
    String ofADeadOne = TemporaryFiles.prefix().replaceAll("-[0-9]+-$", "-1-left");
    Path left = Files.createDirectory(folder.resolve(ofADeadOne));

    worker().close();

    assertThat(left).doesNotExist();
  }

  private static ConsumerGroupDescription group(Admin admin) throws Exception {
    String group = Topics.DEFAULT.classicGroup();
    return Objects.requireNonNull(
        admin.describeConsumerGroups(List.of(group)).all().get().get(group));
  }

  private static TopicDescription jobs(Admin admin) throws Exception {
    String jobs = Topics.DEFAULT.jobs();
    return Objects.requireNonNull(
        admin.describeTopics(List.of(jobs)).allTopicNames().get().get(jobs));
  }

  @Test
  void twenty_slots_are_served_by_one_member_of_an_ordinary_group_with_all_jobs() throws Exception {
    try (LocalCluster local = LocalCluster.begin(folder);
        WorkerRole worker = worker()) {
      worker.start(local.cluster(), 20);

      Admin admin = local.cluster().admin();
      assertThat(jobs(admin).partitions()).hasSize(1);
      await()
          .atMost(LIMIT)
          .ignoreException(ExecutionException.class) // there is no group before its first member
          .untilAsserted(
              () ->
                  assertThat(group(admin).members())
                      .singleElement()
                      .satisfies(
                          member ->
                              assertThat(member.assignment().topicPartitions())
                                  .containsExactly(new TopicPartition(Topics.DEFAULT.jobs(), 0))));
      assertThat(worker.slots()).isEqualTo(20);
    }
  }

  @Test
  void the_brokers_own_topic_is_there_before_the_first_group_as_the_broker_makes_it()
      throws Exception {
    Map<String, Map<String, String>> ours;
    try (LocalCluster local = LocalCluster.begin(folder)) {
      ours = settingsOfItsOwn(local.cluster().admin());
    }

    assertThat(ours).isEqualTo(asTheBrokerMakesThem());
  }

  /** Of a broker that nobody prepared, when a first group has asked it. */
  private Map<String, Map<String, String>> asTheBrokerMakesThem() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(Files.createDirectory(folder.resolve("b")))) {
      KafkaSettings settings =
          new KafkaSettings(broker.bootstrapServers(), Map.of(), Topics.DEFAULT);
      try (Admin admin = Admin.create(settings.admin("test"));
          KafkaConsumer<byte[], byte[]> consumer =
              new KafkaConsumer<>(settings.groupConsumer("test"))) {
        admin.createTopics(List.of(new NewTopic("some", 1, (short) 1))).all().get();
        consumer.subscribe(List.of("some"));
        await()
            .atMost(LIMIT)
            .until(
                () -> {
                  consumer.poll(Duration.ofMillis(100));
                  return admin.listTopics(listAll()).names().get().containsAll(ITS_OWN);
                });
        return settingsOfItsOwn(admin);
      }
    }
  }

  private static ListTopicsOptions listAll() {
    return new ListTopicsOptions().listInternal(true);
  }

  private static Map<String, Map<String, String>> settingsOfItsOwn(Admin admin) throws Exception {
    await()
        .atMost(LIMIT)
        .until(() -> admin.listTopics(listAll()).names().get().containsAll(ITS_OWN));
    List<ConfigResource> topics =
        ITS_OWN.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, Map<String, String>> settings = new TreeMap<>();
    admin
        .describeConfigs(topics)
        .all()
        .get()
        .forEach((topic, config) -> settings.put(topic.name(), chosen(config)));
    return settings;
  }

  private static Map<String, String> chosen(Config config) {
    return config.entries().stream()
        .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
  }
}
