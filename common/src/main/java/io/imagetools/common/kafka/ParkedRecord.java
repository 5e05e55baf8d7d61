package io.imagetools.common.kafka;

import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.job.QueuedJob;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.common.wire.JobCodec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records of the retry topic. Each parking of a job has a key of its own, {@code
 * RUN/NUMBER/COUNT}: the tombstone that ends one parking, however late, leaves the next one alone,
 * and a job that is parked twice at the same point of its life is parked once.
 *
 * @param job that waits
 * @param parking why and until when
 * @param trace in the record's headers; null: it is of no trace
 */
public record ParkedRecord(MirrorJob job, Parking parking, @Nullable TraceContext trace) {

  /** The record's key. */
  public String key() {
    return key(job.id(), parking);
  }

  private static String key(JobId id, Parking parking) {
    return id + "/" + parking.count();
  }

  /** The record's value, which is also what goes back to the queue. */
  public byte[] value() {
    return JobCodec.encode(job, parking);
  }

  /**
   * What a record holds that is no tombstone.
   *
   * @throws InvalidRecordException if the value is no parked job, or not the one that the key names
   */
  public static ParkedRecord decode(ConsumerRecord<String, byte[]> record)
      throws InvalidRecordException {
    QueuedJob queued = JobCodec.decodeQueued(record.value());
    Parking parking = queued.parking();
    if (parking == null) {
      throw JobCodec.invalid("The job was never parked");
    }
    if (!key(queued.job().id(), parking).equals(record.key())) {
      throw JobCodec.invalid("The record's key is not that of its job, " + queued.job().id());
    }
    return new ParkedRecord(queued.job(), parking, TraceHeaders.of(record.headers()));
  }
}
