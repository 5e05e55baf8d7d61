package io.imagetools.worker.queue.classic;

import io.imagetools.common.kafka.Topics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What an ordinary group has put on record of its jobs, as a worker that comes later reads it. */
public final class OffsetsOnRecord {
  private final Admin admin;
  private final Topics topics;

  /** Of the jobs topic. */
  public OffsetsOnRecord(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  /** How many jobs whoever comes next would take. */
  public long open() throws ExecutionException, InterruptedException {
    Map<TopicPartition, @Nullable OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(topics.classicGroup()).partitionsToOffsetAndMetadata().get();
    return ends().entrySet().stream()
        .mapToLong(end -> open(committed.get(end.getKey()), end.getValue().offset()))
        .sum();
  }

  private Map<TopicPartition, ListOffsetsResultInfo> ends()
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        admin.describeTopics(List.of(topics.jobs())).allTopicNames().get().values().stream()
            .flatMap(topic -> topic.partitions().stream())
            .map(partition -> new TopicPartition(topics.jobs(), partition.partition()))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get();
  }

  private static long open(@Nullable OffsetAndMetadata committed, long end) {
    OffsetWindow window =
        committed == null
            ? new OffsetWindow(0, "")
            : new OffsetWindow(committed.offset(), committed.metadata());
    return LongStream.range(window.committable(), end).filter(window::take).count();
  }
}
