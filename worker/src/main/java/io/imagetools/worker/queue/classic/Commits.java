package io.imagetools.worker.queue.classic;

import io.imagetools.worker.queue.topic.Outage;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts on record, in the group's offsets, what one consumer's partitions hold. A job runs only when
 * its start is on record: so one that kills its worker every time is counted every time. Used by
 * the polling thread only.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  /** A worker that dies forgets what it finished in this time; that is done again, and found. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Duration AFTER_REFUSAL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** A broker's default, offset.metadata.max.bytes. */
  private static final int METADATA_CHARACTERS = 4096;

  private final Consumer<byte[], byte[]> consumer;
  private final Holdings holdings;
  private final Outage outage;
  private final BiConsumer<Taken, Integer> launch;
  private int metadataLimit = METADATA_CHARACTERS;
  private boolean pending;
  private long sentAt = System.nanoTime();
  private long notBefore = sentAt;

  /**
   * Of one consumer.
   *
   * @param launch called with a job whose start is on record, and the start's number
   */
  Commits(
      Consumer<byte[], byte[]> consumer,
      Holdings holdings,
      Outage outage,
      BiConsumer<Taken, Integer> launch) {
    this.consumer = consumer;
    this.holdings = holdings;
    this.outage = outage;
    this.launch = launch;
  }

  /** Sends what has changed, if it is time to; one commit at a time. */
  void send() {
    long now = System.nanoTime();
    Map<Taken, Integer> begun = holdings.begun();
    boolean due = now - sentAt >= INTERVAL.toNanos() && holdings.changed();
    if (pending || now < notBefore || (begun.isEmpty() && !due)) {
      return;
    }
    pending = true;
    sentAt = now;
    Map<TopicPartition, OffsetAndMetadata> offsets = holdings.changes(metadataLimit);
    consumer.commitAsync(offsets, (same, problem) -> answered(offsets.keySet(), begun, problem));
  }

  private void answered(
      Set<TopicPartition> partitions, Map<Taken, Integer> begun, @Nullable Exception problem) {
    pending = false;
    if (problem == null) {
      outage.over();
      begun.forEach(launch);
      return;
    }
    holdings.uncommitted(partitions);
    notBefore = System.nanoTime() + AFTER_REFUSAL.toNanos();
    if (problem instanceof OffsetMetadataTooLarge) {
      metadataLimit /= 2;
      LOG.debug("The broker takes less metadata; {} characters from now on.", metadataLimit);
    } else if (problem instanceof RebalanceInProgressException
        || problem instanceof CommitFailedException) {
      LOG.debug("The group is being shared out anew; the commit is sent again.", problem);
    } else {
      outage.seen(problem);
    }
  }

  /** Takes partitions over as they were left. */
  void read(Collection<TopicPartition> partitions) {
    Map<TopicPartition, @Nullable OffsetAndMetadata> left =
        awake(() -> consumer.committed(Set.copyOf(partitions), LIMIT));
    partitions.forEach(partition -> holdings.assign(partition, left.get(partition)));
    outage.over();
    LOG.debug("{} partitions came; {} are here.", partitions.size(), holdings.partitions().size());
  }

  /** Gives partitions up, and leaves word for whoever gets them. */
  void last(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> offsets = holdings.giveUp(partitions, metadataLimit);
    if (offsets.isEmpty()) {
      return;
    }
    try {
      awake(
          () -> {
            consumer.commitSync(offsets, LIMIT);
            return true;
          });
    } catch (KafkaException e) {
      LOG.warn(
          "What was finished last could not be put on record ({}): it is handed out again, and"
              + " found done",
          e.getMessage());
    }
  }

  /** Wake-ups are meant for a wait for records: here they are used up, and the call repeated. */
  private static <T> T awake(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (WakeupException e) {
        LOG.trace("Used up a wake-up.", e);
      }
    }
  }
}
