package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.cli.local.TestBroker;
import io.imagetools.common.kafka.ClusterFeatures;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Provisioning;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.process.EnvironmentException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProvisioningTest {
  private final TestBroker broker = TestBroker.start();
  private Admin admin;

  @BeforeAll
  void connect() {
    admin =
        Admin.create(
            new KafkaSettings(broker.bootstrapServers(), Map.of(), Topics.DEFAULT).admin("test"));
  }

  @AfterAll
  void stop() {
    admin.close();
    broker.close();
  }

  private int provision(String prefix) throws InterruptedException {
    return provision(prefix, QueueMode.SHARE);
  }

  private int provision(String prefix, QueueMode mode) throws InterruptedException {
    return new Provisioning(admin, new Topics(prefix), mode, 1).ensureTopics();
  }

  @Test
  void missing_topics_are_made_once() throws Exception {
    assertThat(provision("fresh")).isEqualTo(6);
    assertThat(provision("fresh")).isEqualTo(6);

    assertThat(admin.listTopics().names().get())
        .contains("fresh.jobs", "fresh.status", "fresh.runs", "dlq.fresh.jobs");
  }

  @Test
  void more_status_partitions_than_ours_are_taken_as_they_are() throws Exception {
    admin.createTopics(List.of(new NewTopic("wide.status", 12, (short) 1))).all().get();

    assertThat(provision("wide")).isEqualTo(12);
  }

  @Test
  void a_jobs_topic_with_several_partitions_is_refused() throws Exception {
    admin.createTopics(List.of(new NewTopic("split.jobs", 3, (short) 1))).all().get();

    assertThatThrownBy(() -> provision("split"))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("split.jobs has 3 partitions")
        .hasMessageContaining("--queue classic")
        .hasMessageContaining("--topic-prefix");
  }

  @Test
  void a_classic_queue_has_many_partitions_and_takes_any_number_above_one() throws Exception {
    assertThat(provision("many", QueueMode.CLASSIC)).isEqualTo(6);
    admin.createTopics(List.of(new NewTopic("few.jobs", 3, (short) 1))).all().get();
    assertThat(provision("few", QueueMode.CLASSIC)).isEqualTo(6);

    assertThat(
            admin.describeTopics(List.of("many.jobs", "few.jobs")).allTopicNames().get().values())
        .extracting(topic -> topic.partitions().size())
        .containsExactlyInAnyOrder(60, 3);
  }

  @Test
  void a_jobs_topic_with_one_partition_is_refused_where_one_worker_would_get_all() {
    assertThatThrownBy(
            () -> {
              provision("single", QueueMode.SHARE);
              provision("single", QueueMode.CLASSIC);
            })
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("single.jobs has 1 partition")
        .hasMessageContaining("--queue share");
  }

  @Test
  void a_new_cluster_gets_share_groups_and_one_without_them_a_classic_queue() throws Exception {
    assertThat(QueueMode.AUTO.on(ClusterFeatures.of(admin, Duration.ofSeconds(60))))
        .isEqualTo(QueueMode.SHARE);
    assertThat(QueueMode.AUTO.on(new ClusterFeatures(1, 28))).isEqualTo(QueueMode.CLASSIC);
    assertThat(QueueMode.AUTO.on(new ClusterFeatures(0, 0))).isEqualTo(QueueMode.CLASSIC);
    assertThat(QueueMode.SHARE.on(new ClusterFeatures(0, 0))).isEqualTo(QueueMode.SHARE);
  }

  @Test
  void a_jobs_topic_that_is_compacted_is_refused() throws Exception {
    NewTopic compacted =
        new NewTopic("dropped.jobs", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
    admin.createTopics(List.of(compacted)).all().get();

    assertThatThrownBy(() -> provision("dropped"))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("cleanup.policy=compact")
        .hasMessageContaining("compaction would drop jobs");
  }
}
