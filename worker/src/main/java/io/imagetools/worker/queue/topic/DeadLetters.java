package io.imagetools.worker.queue.topic;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Puts records that are no jobs, or that no worker survives, on the dead-letter topic: same key,
 * same value, the same trace, and headers that say why and from where. Thread-safe.
 */
public final class DeadLetters implements AutoCloseable {
  static final String REASON = "dlq.reason";
  static final String TOPIC = "dlq.topic";
  static final String PARTITION = "dlq.partition";
  static final String OFFSET = "dlq.offset";
  static final String DELIVERIES = "dlq.deliveries";
  static final String WORKER = "dlq.worker";

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final String topic;
  private final String worker;
  private final Map<String, Object> properties;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  /**
   * For one worker.
   *
   * @param worker its name, which a letter bears
   */
  public DeadLetters(KafkaSettings settings, String worker) {
    this(settings, worker, worker + "-dead-letters");
  }

  /**
   * The same for those that are not found on the queue.
   *
   * @param clientId what the broker's logs and quotas call this client
   */
  public DeadLetters(KafkaSettings settings, String worker, String clientId) {
    this.topic = settings.topics().deadLetters();
    this.worker = worker;
    this.properties = settings.producer(clientId);
    this.properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
  }

  /**
   * Puts it there; when this returns the broker has acknowledged it. A value that was just small
   * enough for a record, and is not together with the headers, is left out and its size is told.
   *
   * @param deliveries how often it was handed out, this time included
   * @throws ExecutionException if the broker did not take it; the job stays in the queue
   */
  public void put(ConsumerRecord<byte[], byte[]> record, int deliveries, String reason)
      throws ExecutionException, InterruptedException {
    try {
      send(record, record.value(), deliveries, reason);
    } catch (ExecutionException e) {
      if (record.value() == null || !(e.getCause() instanceof RecordTooLargeException)) {
        throw e;
      }
      String leftOut = ". Its value, " + record.value().length + " bytes, is left out";
      send(record, null, deliveries, reason + leftOut);
    }
  }

  private void send(
      ConsumerRecord<byte[], byte[]> record, byte @Nullable [] value, int deliveries, String reason)
      throws ExecutionException, InterruptedException {
    List<Header> headers =
        List.of(
            header(REASON, reason),
            header(TOPIC, record.topic()),
            header(PARTITION, Integer.toString(record.partition())),
            header(OFFSET, Long.toString(record.offset())),
            header(DELIVERIES, Integer.toString(deliveries)),
            header(WORKER, worker));
    producer()
        .send(
            TraceHeaders.with(
                new ProducerRecord<>(topic, 0, record.key(), value, headers),
                TraceHeaders.of(record.headers())))
        .get();
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Made when it is needed, which is seldom. */
  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = new KafkaProducer<>(properties);
    }
    return producer;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(CLOSE_LIMIT);
    }
  }
}
