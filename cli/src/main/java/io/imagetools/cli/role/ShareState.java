package io.imagetools.cli.role;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's own topic for what share groups have taken. A broker makes it when the first group's
 * first member asks, turns that question away, and asks itself again after more than two seconds.
 * So on a broker that is new each time, it is made before.
 */
final class ShareState {
  private static final Logger LOG = LoggerFactory.getLogger(ShareState.class);

  /** As the broker's ShareCoordinatorService.shareGroupStateTopicConfigs makes it (Kafka 4.4). */
  private static final Map<String, String> AS_THE_BROKER_MAKES_IT =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.COMPRESSION_TYPE_CONFIG, "producer",
          TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "1",
          TopicConfig.RETENTION_MS_CONFIG, "-1",
          TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(100 * 1024 * 1024));

  private ShareState() {}

  /** Asks for it and does not wait: what goes wrong costs those seconds and nothing else. */
  @SuppressWarnings("FutureReturnValueIgnored") // the callback sees every failure
  static void prepare(Admin admin) {
    NewTopic topic =
        new NewTopic(Topic.SHARE_GROUP_STATE_TOPIC_NAME, 1, (short) 1)
            .configs(AS_THE_BROKER_MAKES_IT);
    admin
        .createTopics(List.of(topic))
        .all()
        .whenComplete(
            (made, problem) -> {
              if (problem != null) {
                LOG.debug("The broker makes {} itself, later.", topic.name(), problem);
              }
            });
  }
}
