package io.imagetools.cli.role;

import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;

/**
 * The broker's own topic of groups. A broker makes it when a group's first member asks, and turns
 * that question away. So on a broker that is new each time, it is made before.
 */
final class BrokerTopics {

  /** As the broker's GroupCoordinatorService.groupMetadataTopicConfigs makes it (Kafka 4.4). */
  private static final Map<String, String> OFFSETS =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          "producer",
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Integer.toString(100 * 1024 * 1024));

  private BrokerTopics() {}

  static NewTopic ofGroups() {
    return new NewTopic(Topic.GROUP_METADATA_TOPIC_NAME, 1, (short) 1).configs(OFFSETS);
  }
}
