package io.imagetools.cli.role;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;

/**
 * The broker's own topics, for what share groups have taken and for groups. A broker makes each
 * when a group's first member asks, turns that question away, and asks itself again after more than
 * two seconds. So on a broker that is new each time, they are made before.
 */
final class BrokerTopics {

  /** As the broker's ShareCoordinatorService.shareGroupStateTopicConfigs makes it (Kafka 4.4). */
  private static final Map<String, String> SHARE_STATE =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.COMPRESSION_TYPE_CONFIG, "producer",
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1",
          TopicConfig.RETENTION_MS_CONFIG, "-1",
          TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(100 * 1024 * 1024));

  /** As its GroupCoordinatorService.groupMetadataTopicConfigs makes it. */
  private static final Map<String, String> OFFSETS =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          "producer",
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Integer.toString(100 * 1024 * 1024));

  private BrokerTopics() {}

  static List<NewTopic> all() {
    return List.of(
        topic(Topic.SHARE_GROUP_STATE_TOPIC_NAME, SHARE_STATE),
        topic(Topic.GROUP_METADATA_TOPIC_NAME, OFFSETS));
  }

  private static NewTopic topic(String name, Map<String, String> configuration) {
    return new NewTopic(name, 1, (short) 1).configs(configuration);
  }
}
