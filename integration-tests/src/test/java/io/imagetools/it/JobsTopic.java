package io.imagetools.it;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Provisioning;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.wire.JobCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The jobs topic as whoever writes it sees it, and the dead letters as whoever reads them does. */
public final class JobsTopic implements AutoCloseable {
  private final KafkaSettings settings;
  private final KafkaProducer<byte[], byte[]> producer;

  /** For share groups. */
  JobsTopic(KafkaSettings settings) throws InterruptedException {
    this(settings, QueueMode.SHARE);
  }

  /** For that kind of queue. */
  public JobsTopic(KafkaSettings settings, QueueMode mode) throws InterruptedException {
    this.settings = settings;
    try (Admin admin = Admin.create(settings.admin("test"))) {
      new Provisioning(admin, settings.topics(), mode, 1).ensureTopics();
    }
    Map<String, Object> properties = settings.producer("test");
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer = new KafkaProducer<>(properties);
  }

  /** Puts jobs there, acknowledged when this returns. */
  public void put(List<MirrorJob> jobs) throws Exception {
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    for (MirrorJob job : jobs) {
      byte[] key = job.id().toString().getBytes(StandardCharsets.UTF_8);
      answers.add(
          producer.send(new ProducerRecord<>(settings.topics().jobs(), key, JobCodec.encode(job))));
    }
    for (Future<RecordMetadata> answer : answers) {
      answer.get();
    }
  }

  /** Puts anything there, acknowledged when this returns. */
  void put(byte @Nullable [] key, byte @Nullable [] value) throws Exception {
    put(key, value, List.of());
  }

  /** The same with headers. */
  void put(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) throws Exception {
    producer.send(new ProducerRecord<>(settings.topics().jobs(), null, key, value, headers)).get();
  }

  /** All that is on the dead-letter topic. */
  public List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    TopicPartition partition = new TopicPartition(settings.topics().deadLetters(), 0);
    Map<String, Object> properties = settings.consumer("test");
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
