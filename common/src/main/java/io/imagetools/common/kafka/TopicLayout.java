package io.imagetools.common.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** How the topics are laid out when this program creates them. */
final class TopicLayout {

  /**
   * One: with several, each slot of a share group is bound to one of them (measured: 98 % → 51 %).
   */
  static final int SHARE_PARTITIONS = 1;

  /**
   * A partition serves one worker: three for each of twenty, so that none has half of another's.
   */
  static final int CLASSIC_PARTITIONS = 60;

  /** Runs are spread over them; one run is in one. */
  static final int STATUS_PARTITIONS = 6;

  private static final Duration JOBS_RETENTION = Duration.ofDays(7);
  private static final Duration STATUS_RETENTION = Duration.ofDays(14);

  /** What is known of a blob for longer may be wrong, and all of it is read at each start. */
  private static final Duration BLOBS_RETENTION = Duration.ofDays(7);

  private static final Duration DEAD_LETTER_RETENTION = Duration.ofDays(30);

  /** A tombstone or an overtaken event stays long enough for a collector that reads late. */
  private static final Duration COMPACTION_LAG = Duration.ofHours(1);

  private TopicLayout() {}

  /**
   * The topics.
   *
   * @param mode decided
   * @param replicas of each partition; the broker's default if 0
   */
  static List<NewTopic> of(Topics topics, QueueMode mode, int replicas) {
    List<NewTopic> layout = new ArrayList<>();
    topics.queues().forEach(queue -> layout.add(queue(queue, mode, replicas)));
    layout.addAll(
        List.of(
            topic(
                topics.status(),
                STATUS_PARTITIONS,
                replicas,
                Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete",
                    TopicConfig.RETENTION_MS_CONFIG, millis(STATUS_RETENTION),
                    TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, millis(COMPACTION_LAG))),
            topic(
                topics.runs(),
                1,
                replicas,
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
            topic(
                topics.retry(),
                1,
                replicas,
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
            topic(
                topics.registries(),
                1,
                replicas,
                Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)),
            topic(
                topics.blobs(),
                1,
                replicas,
                Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG, "compact,delete",
                    TopicConfig.RETENTION_MS_CONFIG, millis(BLOBS_RETENTION),
                    // One clock for all workers: it says whether a claim was renewed in time.
                    TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")),
            topic(
                topics.deadLetters(),
                1,
                replicas,
                Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE,
                    TopicConfig.RETENTION_MS_CONFIG,
                    millis(DEAD_LETTER_RETENTION)))));
    return List.copyOf(layout);
  }

  /** The same with one partition for the jobs, which one worker takes all of. */
  static List<NewTopic> ofOneWorker(Topics topics, int replicas) {
    return of(topics, QueueMode.SHARE, replicas);
  }

  private static NewTopic queue(String name, QueueMode mode, int replicas) {
    return topic(
        name,
        mode == QueueMode.CLASSIC ? CLASSIC_PARTITIONS : SHARE_PARTITIONS,
        replicas,
        Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            millis(JOBS_RETENTION)));
  }

  private static NewTopic topic(
      String name, int partitions, int replicas, Map<String, String> configuration) {
    return new NewTopic(
            name,
            java.util.Optional.of(partitions),
            replicas == 0 ? java.util.Optional.empty() : java.util.Optional.of((short) replicas))
        .configs(configuration);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }
}
