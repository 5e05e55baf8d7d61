package io.imagetools.common.kafka;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics that one broker holds alone while there are others. Kafka's own default.replication.factor
 * is 1, so that a cluster where nobody set it makes them so.
 */
final class SingleReplicas {
  private static final Logger LOG = LoggerFactory.getLogger(SingleReplicas.class);

  private SingleReplicas() {}

  /** Says which; the cluster is asked how many brokers it has only where there are such topics. */
  static void warnOf(Admin admin, Collection<TopicDescription> topics) throws InterruptedException {
    List<String> alone =
        topics.stream()
            .filter(
                topic ->
                    topic.partitions().stream()
                        .anyMatch(partition -> partition.replicas().size() == 1))
            .map(TopicDescription::name)
            .sorted()
            .toList();
    if (alone.isEmpty()) {
      return;
    }
    int brokers;
    try {
      brokers = admin.describeCluster().nodes().get().size();
    } catch (ExecutionException e) {
      LOG.debug("How many brokers there are is not known.", e);
      return;
    }
    if (brokers > 1) {
      LOG.warn(
          "The topics {} have one replica, and the cluster has {} brokers: while the one that holds"
              + " them is away nothing goes on, and if its disk is lost, jobs and results are."
              + " --replicas 3 counts for topics that are created; what to do with those that are"
              + " there: docs/kafka-security.md. --replicas 1 says that it is meant so",
          alone,
          brokers);
    }
  }
}
