package io.imagetools.worker.queue.share;

import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.UnwantedJobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that one consumer took together, most of which are only to be answered. Used by one
 * thread. The order of effects is that of {@link io.imagetools.worker.queue.JobQueue}: all results
 * are acknowledged by the broker, then all jobs are.
 */
final class Batch {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  /** Without this last word the jobs are answered again. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private final JobHandler handler;
  private final QueueTail tail;
  private final List<Delivery> unwanted = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> toAnswer = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> others = new ArrayList<>();

  Batch(
      KafkaShareConsumer<byte[], byte[]> consumer,
      ConsumerRecords<byte[], byte[]> records,
      JobHandler handler,
      QueueTail tail) {
    this.consumer = consumer;
    this.handler = handler;
    this.tail = tail;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      sort(record, UnwantedJobs.in(record, QueueTail.number(record), handler));
    }
  }

  private void sort(ConsumerRecord<byte[], byte[]> record, Optional<Delivery> delivery) {
    delivery.ifPresentOrElse(
        found -> {
          unwanted.add(found);
          toAnswer.add(record);
        },
        () -> others.add(record));
  }

  /** Whether all were unwanted and are done with, so that it is worth while to take more. */
  boolean answer() {
    giveBackOthers();
    if (toAnswer.isEmpty()) {
      return false;
    }
    boolean answered = handler.answerUnwanted(unwanted) == JobHandler.Verdict.ACKNOWLEDGE;
    boolean interrupted = Thread.interrupted(); // an interrupted client would leave no word
    AcknowledgeType word = answered ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE;
    toAnswer.forEach(record -> consumer.acknowledge(record, word));
    boolean taken = commit();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return answered && taken && others.isEmpty();
  }

  /** First: somebody waits for them. */
  private void giveBackOthers() {
    if (others.isEmpty()) {
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : others) {
      consumer.acknowledge(record, tail.givenBack(record));
    }
    commit();
  }

  private boolean commit() {
    boolean all = true;
    for (Optional<KafkaException> refusal : consumer.commitSync(LIMIT).values()) {
      if (refusal.isPresent()) {
        LOG.debug("What was answered is handed out again.", refusal.get());
        all = false;
      }
    }
    return all;
  }
}
