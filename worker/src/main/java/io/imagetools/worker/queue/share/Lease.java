package io.imagetools.worker.queue.share;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** One record in a consumer's hands. Used by the slot's thread only, as the consumer is. */
final class Lease {

  /** What the broker said to a renewal. */
  enum State {
    /** It is ours. */
    HELD,
    /** It is somebody else's: what is done here is done in vain. */
    LOST,
    /** The broker can't be asked: it may be ours or not, and this consumer will not find out. */
    UNKNOWN
  }

  private static final Duration HAND_BACK = Duration.ofSeconds(2);

  /** A broker with much to do answers late, but before this. */
  private static final Duration SHORTEST_LIMIT = Duration.ofSeconds(2);

  /** The clock proves no lease for longer than this, however long its lock is. */
  private static final Duration LONGEST_PROOF = Duration.ofSeconds(20);

  /** The last word on a job is worth a wait: without it the job is done again. */
  private static final Duration LAST_WORD_LIMIT = Duration.ofSeconds(10);

  private final ShareConsumer<byte[], byte[]> consumer;
  private final Duration renewal;
  private ConsumerRecord<byte[], byte[]> record;
  private State state = State.HELD;
  private long since;
  private long proven;
  private @Nullable RuntimeException problem;

  /**
   * Of a record that has come.
   *
   * @param proven when the consumer was made, or its last lease was proven by the broker, as {@link
   *     System#nanoTime} has it: what it held then it gave back, so that this one was granted later
   */
  Lease(
      ShareConsumer<byte[], byte[]> consumer,
      ConsumerRecord<byte[], byte[]> record,
      ShareSettings share,
      long proven) {
    this.consumer = consumer;
    this.record = record;
    this.since = proven;
    this.proven = proven;
    this.renewal = share.renewal(consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis));
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  State state() {
    return state;
  }

  /**
   * Since when this consumer can hold no other record. A renewal in the middle of a job does not
   * move it: after a job that took long the broker is asked about the next one.
   */
  long proven() {
    return proven;
  }

  /** Whether the lock may have run out since then. */
  private boolean ended() {
    return age() > renewal.multipliedBy(ShareSettings.RENEWALS).toNanos();
  }

  /** Whether a third of the lock, as the broker really granted it, is over. */
  boolean renewalIsDue() {
    return age() >= renewal.toNanos();
  }

  private long age() {
    return System.nanoTime() - since;
  }

  /** Why the broker could not be asked; null if it could. */
  @Nullable RuntimeException problem() {
    return problem;
  }

  /**
   * Makes sure that it is not a stale copy. By the clock if that suffices, which saves a word to
   * the broker for most short jobs; else only the broker knows when it was granted.
   */
  State prove() {
    if (!renewalIsDue() && age() < LONGEST_PROOF.toNanos()) {
      return state;
    }
    since = System.nanoTime(); // it may have come after an hour in which none came
    renew();
    proven = since;
    return state;
  }

  /** Proves and prolongs it. By commit: see the package's description. */
  State renew() {
    long sent = System.nanoTime();
    State answered =
        ended() ? State.LOST : send(AcknowledgeType.RENEW, longer(renewal, SHORTEST_LIMIT));
    // The broker takes a renewal of what is behind the group's start offset, that is of a job that
    // somebody else has finished, without a word. So a worker that slept goes by the clock.
    state = ended() ? State.LOST : answered;
    since = sent;
    if (state == State.HELD && !takeBack()) {
      state = State.UNKNOWN;
    }
    return state;
  }

  /** A renewed record is handed out again by the next poll, without a request to the broker. */
  private boolean takeBack() {
    try {
      return pollBack();
    } catch (KafkaException e) {
      problem = e;
      return false;
    }
  }

  private boolean pollBack() {
    long deadline = System.nanoTime() + HAND_BACK.toNanos();
    while (System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> back : pollOnce()) {
        if (back.offset() == record.offset() && back.partition() == record.partition()) {
          record = back;
          return true;
        }
        consumer.acknowledge(back, AcknowledgeType.RELEASE); // never seen; nothing may be kept
      }
    }
    return false;
  }

  private Iterable<ConsumerRecord<byte[], byte[]>> pollOnce() {
    try {
      return consumer.poll(HAND_BACK);
    } catch (WakeupException e) {
      return consumer.poll(HAND_BACK); // meant for an idle slot, and used up now
    }
  }

  /** Ends it. The answer matters to nobody: a job that comes again is found done. */
  void end(AcknowledgeType type) {
    state = send(type, longer(renewal, LAST_WORD_LIMIT));
  }

  private State send(AcknowledgeType type, Duration limit) {
    try {
      consumer.acknowledge(record, type);
      for (Optional<KafkaException> answer : commit(limit).values()) {
        if (answer.isPresent()) {
          return refused(answer.get());
        }
      }
      return State.HELD;
    } catch (KafkaException | IllegalStateException e) { // the latter: the client has dropped it
      problem = e;
      return State.UNKNOWN;
    }
  }

  private State refused(KafkaException answer) {
    if (answer instanceof InvalidRecordStateException) {
      return State.LOST;
    }
    problem = answer;
    return State.UNKNOWN;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private Map<TopicIdPartition, Optional<KafkaException>> commit(Duration limit) {
    try {
      return consumer.commitSync(limit);
    } catch (WakeupException e) {
      return consumer.commitSync(limit); // meant for an idle slot, and used up now
    }
  }
}
