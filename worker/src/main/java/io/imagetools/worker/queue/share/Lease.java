package io.imagetools.worker.queue.share;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.apache.kafka.common.errors.WakeupException;

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

  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final Duration limit;
  private ConsumerRecord<byte[], byte[]> record;
  private State state = State.HELD;

  Lease(
      KafkaShareConsumer<byte[], byte[]> consumer,
      ConsumerRecord<byte[], byte[]> record,
      Duration limit) {
    this.consumer = consumer;
    this.record = record;
    this.limit = limit;
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  State state() {
    return state;
  }

  /** Proves and prolongs it. By commit: see the package's description. */
  State renew() {
    state = send(AcknowledgeType.RENEW);
    if (state == State.HELD && !takeBack()) {
      state = State.UNKNOWN;
    }
    return state;
  }

  /** A renewed record is handed out again by the next poll, without a request to the broker. */
  private boolean takeBack() {
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
    state = send(type);
  }

  private State send(AcknowledgeType type) {
    consumer.acknowledge(record, type);
    Map<TopicIdPartition, Optional<KafkaException>> answers;
    try {
      answers = commit();
    } catch (KafkaException e) {
      return State.UNKNOWN;
    }
    for (Optional<KafkaException> answer : answers.values()) {
      if (answer.isPresent()) {
        return answer.get() instanceof InvalidRecordStateException ? State.LOST : State.UNKNOWN;
      }
    }
    return State.HELD;
  }

  private Map<TopicIdPartition, Optional<KafkaException>> commit() {
    try {
      return consumer.commitSync(limit);
    } catch (WakeupException e) {
      return consumer.commitSync(limit); // meant for an idle slot, and used up now
    }
  }
}
