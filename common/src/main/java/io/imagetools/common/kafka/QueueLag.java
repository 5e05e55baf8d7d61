package io.imagetools.common.kafka;

import io.imagetools.common.kafka.Topics.Lane;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** How many jobs of all runs wait or run, as the group's coordinator says. Thread-safe. */
public final class QueueLag {
  private static final int LIMIT_SECONDS = 30;

  private final Admin admin;
  private final Topics topics;
  private final QueueMode mode;

  /**
   * Of that cluster.
   *
   * @param admin not closed here
   * @param mode decided
   */
  public QueueLag(Admin admin, Topics topics, QueueMode mode) {
    this.admin = admin;
    this.topics = topics;
    this.mode = mode;
  }

  /** What is on that queue: alone, unless it is the one for all runs. */
  public QueueLag in(Lane lane) {
    return new QueueLag(admin, topics.in(lane), mode);
  }

  /** Whether there is such a queue; false if the cluster does not say. */
  public boolean isThere() throws InterruptedException {
    try {
      return !soon(admin.describeTopics(List.of(topics.jobs())).allTopicNames()).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  /**
   * Jobs queued and in progress; empty if the cluster does not say (now, or ever), as when no
   * worker ever took one. In an ordinary group also those that are done behind a job that is not.
   */
  public OptionalLong jobs() throws InterruptedException {
    return withOthers(ofLane());
  }

  private OptionalLong withOthers(OptionalLong lane) throws InterruptedException {
    if (lane.isEmpty() || topics.lane() != Lane.MAIN) {
      return lane;
    }
    long all = lane.getAsLong();
    for (Lane other : EnumSet.complementOf(EnumSet.of(Lane.MAIN))) {
      OptionalLong jobs = in(other).jobsOrRecords();
      if (jobs.isEmpty()) {
        return jobs;
      }
      all += jobs.getAsLong();
    }
    return OptionalLong.of(all);
  }

  /** The same of one lane: what a run that is submitted now would wait behind. */
  public OptionalLong ofLane() throws InterruptedException {
    try {
      return mode == QueueMode.CLASSIC ? ofClassicGroup() : ofShareGroup();
    } catch (ExecutionException | TimeoutException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The same; and where no worker ever took a job, all that is on the topic, so that an autoscaler
   * starts the first worker; on a topic that nobody made is nothing. Empty if the cluster does not
   * say.
   */
  public OptionalLong jobsOrRecords() throws InterruptedException {
    OptionalLong known = ofLane();
    if (known.isPresent()) {
      return withOthers(known);
    }
    try {
      return withOthers(OptionalLong.of(ofGroupThatHas(Map.of())));
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException
          ? withOthers(OptionalLong.of(0))
          : OptionalLong.empty();
    } catch (TimeoutException e) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong ofShareGroup()
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, SharePartitionOffsetInfo> offsets =
        soon(
            admin
                .listShareGroupOffsets(Map.of(topics.shareGroup(), new ListShareGroupOffsetsSpec()))
                .partitionsToOffsetInfo(topics.shareGroup()));
    SharePartitionOffsetInfo info = offsets.get(new TopicPartition(topics.jobs(), 0));
    if (info == null || info.lag().isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(info.lag().get());
  }

  private OptionalLong ofClassicGroup()
      throws InterruptedException, ExecutionException, TimeoutException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        soon(admin.listConsumerGroupOffsets(topics.classicGroup()).partitionsToOffsetAndMetadata());
    if (committed.keySet().stream().noneMatch(tp -> tp.topic().equals(topics.jobs()))) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(ofGroupThatHas(committed));
  }

  private long ofGroupThatHas(Map<TopicPartition, OffsetAndMetadata> committed)
      throws InterruptedException, ExecutionException, TimeoutException {
    TopicDescription jobs =
        Objects.requireNonNull(
            soon(admin.describeTopics(List.of(topics.jobs())).allTopicNames()).get(topics.jobs()));
    Map<TopicPartition, OffsetSpec> first = new HashMap<>();
    Map<TopicPartition, OffsetSpec> last = new HashMap<>();
    for (int number = 0; number < jobs.partitions().size(); number++) {
      first.put(new TopicPartition(topics.jobs(), number), OffsetSpec.earliest());
      last.put(new TopicPartition(topics.jobs(), number), OffsetSpec.latest());
    }
    Map<TopicPartition, ListOffsetsResultInfo> begins = soon(admin.listOffsets(first).all());
    long lag = 0;
    for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
        soon(admin.listOffsets(last).all()).entrySet()) {
      long begin = Objects.requireNonNull(begins.get(end.getKey())).offset();
      OffsetAndMetadata done = committed.get(end.getKey());
      lag += end.getValue().offset() - Math.max(begin, done == null ? 0 : done.offset());
    }
    return Math.max(0, lag);
  }

  private static <T> T soon(KafkaFuture<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
