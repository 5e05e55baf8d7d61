package io.imagetools.worker.parking;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.worker.queue.topic.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the retry topic holds that is no parked job: none of it may keep the others from coming
 * back, whoever put it there. Used by one thread.
 */
final class ForeignRecords implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignRecords.class);

  /** A record takes 1 MiB altogether, and on the queue it has a key and headers again. */
  static final int LARGEST = (1 << 20) - (16 << 10);

  private final DeadLetters letters;

  /** For that worker. */
  ForeignRecords(KafkaSettings settings, String worker) {
    this.letters = new DeadLetters(settings, worker, worker + "-return-dead-letters");
  }

  /**
   * The parked job that a record holds.
   *
   * @throws InvalidRecordException if there is none, or one that could not go back to the queue
   */
  static ParkedRecord requireParked(ConsumerRecord<String, byte[]> record)
      throws InvalidRecordException {
    if (record.value().length > LARGEST) {
      throw JobCodec.invalid(
          "The record has " + record.value().length + " bytes; a job has at most " + LARGEST);
    }
    return ParkedRecord.decode(record);
  }

  /**
   * Puts it on the dead-letter topic.
   *
   * @return whether it is there; if not, it is one that can't be put anywhere: it is passed over
   * @throws ExecutionException if the broker did not take it, and that is not the record's fault
   */
  boolean putAway(ConsumerRecord<String, byte[]> record, String reason)
      throws ExecutionException, InterruptedException {
    try {
      letters.put(inBytes(record), 1, reason);
      LOG.error(
          "Offset {} of the topic {} is no parked job: {}. It is on the dead-letter topic now",
          record.offset(),
          record.topic(),
          reason);
      return true;
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof RecordTooLargeException)) {
        throw e;
      }
      LOG.error(
          "Offset {} of the topic {} is no parked job: {}. It is too large for the dead-letter"
              + " topic, even without its value: it is passed over and stays where it is",
          record.offset(),
          record.topic(),
          reason);
      return false;
    }
  }

  private static ConsumerRecord<byte[], byte[]> inBytes(ConsumerRecord<String, byte[]> record) {
    ConsumerRecord<byte[], byte[]> same =
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            record.key().getBytes(StandardCharsets.UTF_8),
            record.value());
    record.headers().forEach(same.headers()::add);
    return same;
  }

  @Override
  public void close() {
    letters.close();
  }
}
