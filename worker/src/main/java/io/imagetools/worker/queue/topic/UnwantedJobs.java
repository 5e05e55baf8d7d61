package io.imagetools.worker.queue.topic;

import io.imagetools.common.job.JobId;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tells which records are jobs that are only to be answered. */
public final class UnwantedJobs {

  /** So many are answered together; their results are some hundred kilobytes. */
  public static final int BATCH = 500;

  private UnwantedJobs() {}

  /**
   * The job in a record, if the handler does not want it. By the key first, which is cheap; a
   * record that is no job is nobody's.
   *
   * @param number which delivery of it this is
   */
  public static Optional<Delivery> in(
      ConsumerRecord<byte[], byte[]> record, int number, JobHandler handler) {
    if (record.key() == null) {
      return Optional.empty();
    }
    try {
      JobId id = JobId.parse(new String(record.key(), StandardCharsets.UTF_8));
      return handler.isUnwanted(id.run())
          ? Optional.of(JobRecords.delivery(record, number))
          : Optional.empty();
    } catch (InvalidRecordException | IllegalArgumentException e) {
      return Optional.empty(); // whoever takes it alone puts it on the dead-letter topic
    }
  }
}
