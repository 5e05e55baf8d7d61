package io.imagetools.worker.queue.classic;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A record and where it stands. Two are equal if they stand at the same place. */
record Taken(TopicPartition partition, long offset, ConsumerRecord<byte[], byte[]> record) {

  static Taken of(ConsumerRecord<byte[], byte[]> record) {
    return new Taken(
        new TopicPartition(record.topic(), record.partition()), record.offset(), record);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Taken taken
        && taken.offset == offset
        && taken.partition.equals(partition);
  }

  @Override
  public int hashCode() {
    return 31 * partition.hashCode() + Long.hashCode(offset);
  }
}
