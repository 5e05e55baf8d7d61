package io.imagetools.common.kafka;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;

/** How many jobs of all runs wait or run, as the share group's coordinator says. Thread-safe. */
public final class QueueLag {
  private static final int LIMIT_SECONDS = 10;

  private final Admin admin;
  private final Topics topics;

  /**
   * Of that cluster.
   *
   * @param admin not closed here
   */
  public QueueLag(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  /** Jobs queued and in progress; empty if the cluster does not say (now, or ever). */
  public OptionalLong jobs() throws InterruptedException {
    try {
      Map<TopicPartition, SharePartitionOffsetInfo> offsets =
          admin
              .listShareGroupOffsets(Map.of(topics.shareGroup(), new ListShareGroupOffsetsSpec()))
              .partitionsToOffsetInfo(topics.shareGroup())
              .get(LIMIT_SECONDS, TimeUnit.SECONDS);
      SharePartitionOffsetInfo info = offsets.get(new TopicPartition(topics.jobs(), 0));
      if (info == null || info.lag().isEmpty()) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(info.lag().get());
    } catch (ExecutionException | TimeoutException e) {
      return OptionalLong.empty();
    }
  }
}
