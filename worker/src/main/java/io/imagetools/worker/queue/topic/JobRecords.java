package io.imagetools.worker.queue.topic;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.QueuedJob;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.JobCodec;
import io.imagetools.worker.queue.Delivery;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Turns records of the jobs topic into jobs. */
public final class JobRecords {

  private JobRecords() {}

  /**
   * The delivery of the job in a record.
   *
   * @param number which one it is, counted from 1
   * @throws InvalidRecordException as {@link #decode}
   */
  public static Delivery delivery(ConsumerRecord<byte[], byte[]> record, int number)
      throws InvalidRecordException {
    return new Delivery(decode(record), number, TraceHeaders.of(record.headers()));
  }

  /**
   * The job in a record.
   *
   * @throws InvalidRecordException if there is none, or it is not the one that the key names; the
   *     message is a sentence
   */
  public static QueuedJob decode(ConsumerRecord<byte[], byte[]> record)
      throws InvalidRecordException {
    if (record.value() == null) {
      throw JobCodec.invalid("The record has no value");
    }
    QueuedJob queued = JobCodec.decodeQueued(record.value());
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    JobId id = queued.job().id();
    if (!key.equals(id.toString())) {
      throw JobCodec.invalid("The record's key is not that of its job, " + id);
    }
    return queued;
  }
}
