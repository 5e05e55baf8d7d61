package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueLag;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The queue on a share group of a real broker. */
@ExtendWith(SharedBroker.class)
class ShareJobQueueTest extends JobQueueContract {
  private static final Duration LOCK =
      Duration.ofSeconds(4); // a slow machine may stand still for 2 s

  /** A slot that ends waits as long for its broker. */
  private static final Duration IDLE = Duration.ofMillis(300);

  private KafkaSettings settings;
  private JobsTopic topic;
  private Admin admin;

  @BeforeEach
  void provision() throws Exception {
    settings = SharedBroker.settings("queue");
    topic = new JobsTopic(settings);
    admin = Admin.create(settings.admin("test"));
  }

  @AfterEach
  void close() {
    topic.close();
    admin.close();
  }

  @Override
  protected Duration lock() {
    return LOCK;
  }

  @Override
  protected JobQueue queue(String worker, JobHandler exhausted) {
    return queue(worker, exhausted, LOCK);
  }

  private JobQueue queue(String worker, JobHandler exhausted, Duration lock) {
    return new ShareJobQueue(
        settings, admin, new ShareSettings(lock, IDLE, DELIVERIES), exhausted, worker);
  }

  @Override
  protected void publish(List<MirrorJob> jobs) throws Exception {
    topic.put(jobs);
  }

  /**
   * By the clock its lease can't have ended: only once in a third of the lock the broker is asked.
   */
  @Test
  void short_jobs_cost_one_acknowledgment_each() throws Exception {
    publish(Jobs.jobs(run, 20));
    JobHandler exhausted = delivery -> JobHandler.Verdict.RELEASE;
    try (JobQueue queue = queue("short", exhausted, ShareSettings.DEFAULT_LOCK)) {
      queue.start(1, performed.taking(Duration.ZERO));
      await().atMost(SOON).until(() -> performed.finished().size() == 20);
      await().atMost(SOON).until(this::allDone);

      assertThat(acknowledgments("short-1")).isBetween(20.0, 30.0);
    }
  }

  /** An idle slot's next record may have been granted long ago: only the broker knows. */
  @Test
  void a_lease_is_renewed_before_its_job_where_the_clock_proves_nothing() throws Exception {
    Duration longerThanAThirdOfTheLock = LOCK.dividedBy(2);
    try (JobQueue queue = queue("rare")) {
      queue.start(1, performed.taking(Duration.ZERO));
      for (int number = 1; number <= 3; number++) {
        int count = number;
        await()
            .pollDelay(longerThanAThirdOfTheLock)
            .atMost(SOON)
            .until(() -> performed.finished().size() == count - 1);
        publish(List.of(Jobs.job(run, number)));
      }
      await().atMost(SOON).until(() -> performed.finished().size() == 3);
      await().atMost(SOON).until(this::allDone);

      assertThat(acknowledgments("rare-1")).isGreaterThanOrEqualTo(6);
    }
  }

  private static double acknowledgments(String client) throws Exception {
    ObjectName metrics =
        new ObjectName(
            "kafka.consumer:type=consumer-share-fetch-manager-metrics,client-id=" + client);
    return (double)
        ManagementFactory.getPlatformMBeanServer()
            .getAttribute(metrics, "acknowledgements-send-total");
  }

  @Test
  void what_is_no_job_goes_to_the_dead_letter_topic_and_the_jobs_around_it_are_done()
      throws Exception {
    byte[] valid = JobCodec.encode(Jobs.job(run, 1));
    Map<String, byte[]> bad = new HashMap<>();
    bad.put("garbage", bytes("\u0000\u0001 no json"));
    bad.put("empty", new byte[0]);
    bad.put("json", bytes("{\"hello\":\"world\"}"));
    bad.put("array", bytes("[1,2,3]"));
    bad.put("deep", bytes("[".repeat(100_000)));
    bad.put("other-run/1", valid);
    bad.put(run + "/2", bytes("{\"job\":"));
    topic.put(Jobs.jobs(run, 5));
    for (Map.Entry<String, byte[]> entry : bad.entrySet()) {
      topic.put(bytes(entry.getKey()), entry.getValue());
    }
    topic.put(null, valid);
    topic.put(bytes("tombstone"), null);
    topic.put(IntStream.rangeClosed(6, 10).mapToObj(i -> Jobs.job(run, i)).toList());

    try (JobQueue queue = queue("w")) {
      queue.start(4, performed.taking(Duration.ofMillis(100)));
      await().atMost(SOON).until(() -> performed.finished().size() == 10);
      await().atMost(SOON).until(() -> topic.deadLetters().size() == bad.size() + 2);
      await().atMost(SOON).until(this::allDone);
    }
    assertThat(performed.begunAgain()).isEmpty();
    List<ConsumerRecord<byte[], byte[]>> letters = topic.deadLetters();
    Map<String, @Nullable String> found =
        letters.stream().collect(Collectors.toMap(r -> text(r.key()), r -> text(r.value())));
    bad.forEach((key, value) -> assertThat(found).containsEntry(key, text(value)));
    assertThat(found).containsEntry("null", text(valid)).containsEntry("tombstone", "null");
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      assertThat(header(letter, "dlq.reason")).isNotBlank();
      assertThat(header(letter, "dlq.topic")).isEqualTo(settings.topics().jobs());
      assertThat(header(letter, "dlq.partition")).isEqualTo("0");
      assertThat(Integer.parseInt(header(letter, "dlq.offset"))).isBetween(5, 13);
      assertThat(header(letter, "dlq.worker")).isEqualTo("w");
    }
  }

  @Test
  void a_record_as_large_as_a_record_can_be_goes_to_the_dead_letter_topic_without_its_value()
      throws Exception {
    topic.put(bytes("large"), new byte[1_048_576 - 100]);
    topic.put(Jobs.jobs(run, 1));
    try (JobQueue queue = queue("w")) {
      queue.start(1, performed.taking(Duration.ZERO));
      await().atMost(SOON).until(() -> performed.finished().size() == 1);
      await().atMost(SOON).until(() -> topic.deadLetters().size() == 1);
    }
    assertThat(text(topic.deadLetters().get(0).key())).isEqualTo("large");
    assertThat(header(topic.deadLetters().get(0), "dlq.reason")).contains("1048476 bytes");
  }

  @Test
  void a_job_that_was_handed_out_too_often_is_on_the_dead_letter_topic() throws Exception {
    publish(Jobs.jobs(run, 1));
    Performed reported = new Performed();
    try (JobQueue queue = queue("w", reported.taking(Duration.ZERO))) {
      queue.start(1, performed.taking(any(), JobHandler.Verdict.RELEASE));
      await().atMost(SOON).until(() -> topic.deadLetters().size() == 1);
      await().atMost(SOON).until(this::allDone);
    }
    ConsumerRecord<byte[], byte[]> letter = topic.deadLetters().get(0);
    assertThat(text(letter.key())).isEqualTo(run + "/1");
    assertThat(JobCodec.decode(letter.value())).isEqualTo(Jobs.job(run, 1));
    assertThat(header(letter, "dlq.reason")).contains("handed out");
    assertThat(header(letter, "dlq.deliveries")).isEqualTo(Integer.toString(DELIVERIES + 1));
  }

  @Test
  void the_group_is_set_up_before_its_first_member_joins() throws Exception {
    try (JobQueue queue = queue("w")) {
      queue.start(1, performed.taking(Duration.ZERO));
      assertThat(groupSetting("share.auto.offset.reset")).isEqualTo("earliest");
    }
    // The broker may lag behind with these: nothing is lost by that.
    await().atMost(SOON).until(() -> groupSetting("share.record.lock.duration.ms").equals("4000"));
    await().atMost(SOON).until(() -> groupSetting("share.delivery.count.limit").equals("25"));
    await()
        .atMost(SOON)
        .until(() -> groupSetting("share.partition.max.record.locks").equals("10000"));
  }

  @Test
  void a_lock_longer_than_the_cluster_allows_does_not_cost_the_lease() throws Exception {
    publish(Jobs.jobs(run, 1));
    groupSetting("share.record.lock.duration.ms", "4000");
    try (JobQueue queue = queue("w", done -> JobHandler.Verdict.RELEASE, Duration.ofHours(5))) {
      queue.start(3, performed.taking(Duration.ofSeconds(9)));
      await().atMost(SOON).until(() -> performed.finished().size() == 1);
    }
    assertThat(performed.begunAgain()).isEmpty();
  }

  @Test
  void a_handler_whose_lease_is_lost_is_interrupted_and_its_job_is_done_elsewhere()
      throws Exception {
    publish(Jobs.jobs(run, 1));
    JobId id = new JobId(run, 1);
    Performed elsewhere = new Performed();
    try (JobQueue losing =
            queue("losing", done -> JobHandler.Verdict.RELEASE, Duration.ofSeconds(21));
        JobQueue other = queue("other", done -> JobHandler.Verdict.RELEASE, LOCK)) {
      losing.start(1, performed.taking(Duration.ofMinutes(10)));
      await().atMost(SOON).until(() -> performed.now() == 1);
      // From the next renewal on, in 7 s at most, the lock is shorter than the time to another one.
      groupSetting("share.record.lock.duration.ms", "1000");
      other.start(1, elsewhere.taking(Duration.ofSeconds(8)));
      await().atMost(SOON).until(() -> performed.interrupted(id) >= 1);
      await().atMost(SOON).until(() -> elsewhere.finished(id) == 1);
    }
    assertThat(performed.finished()).isEmpty();
    assertThat(elsewhere.begun(id)).isOne();
  }

  private boolean allDone() throws Exception {
    return new QueueLag(admin, settings.topics(), QueueMode.SHARE).ofLane().orElse(-1) == 0;
  }

  private ConfigResource group() {
    return new ConfigResource(ConfigResource.Type.GROUP, settings.topics().shareGroup());
  }

  private String groupSetting(String name) throws Exception {
    Config config = admin.describeConfigs(List.of(group())).all().get().get(group());
    return Objects.requireNonNull(config).get(name).value();
  }

  private void groupSetting(String name, String value) throws Exception {
    AlterConfigOp op = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(group(), List.of(op))).all().get();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return text(record.headers().lastHeader(name).value());
  }
}
