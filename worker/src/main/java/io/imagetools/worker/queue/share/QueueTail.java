package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a job on the queue anew, at its end, before its old record is acknowledged. The broker
 * counts the deliveries of a record and drops it without a word after some of them (5 before Kafka
 * 4.3, then what the group has); a new record begins at one, and bears in a header how often the
 * job was delivered before. Whoever dies in between, or a broker that takes it and does not say so
 * in time, causes a job to be on the queue twice. Thread-safe.
 */
final class QueueTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTail.class);

  /** How often the job was delivered by earlier records. */
  static final String DELIVERIES = "deliveries";

  /**
   * From this delivery of a record on it is not known how many of the earlier ones were begun: when
   * a worker dies, its slots that ask for jobs may be given its jobs too. So the job goes on with a
   * new record.
   */
  static final int DOUBTFUL = 3;

  /** More digits no count of ours has. */
  private static final int DIGITS = 3;

  /** Its old record is held meanwhile, and a worker that stops has little time. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String topic;
  private final Map<String, Object> properties;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  QueueTail(KafkaSettings settings, String worker) {
    this.topic = settings.topics().jobs();
    this.properties = settings.producer(worker + "-again");
    this.properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    int limit = (int) LIMIT.toMillis();
    this.properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, limit);
    this.properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    this.properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, limit);
    this.properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, limit);
  }

  /** By earlier records; 0 if that is not said, or not so. */
  private static int before(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(DELIVERIES);
    if (header == null || header.value() == null || header.value().length > DIGITS) {
      return 0;
    }
    String text = new String(header.value(), StandardCharsets.US_ASCII);
    return text.matches("[0-9]+") ? Integer.parseInt(text) : 0;
  }

  /** Which delivery of the job it is; the doubtful ones of a record count as one. */
  static int number(ConsumerRecord<byte[], byte[]> record) {
    return before(record) + Math.min(count(record), DOUBTFUL);
  }

  /** How often this record was delivered, this time included. */
  static int count(ConsumerRecord<byte[], byte[]> record) {
    return record.deliveryCount().map(Short::intValue).orElse(1);
  }

  /**
   * The word on a record whose job is given back though nothing is wrong with it: its worker stops,
   * or was not meant to take it. For the broker that is a delivery as any other. The first one may
   * count, since the job keeps its place that way; after it, none does: the job goes to the queue's
   * end, unless that can't be done now.
   */
  AcknowledgeType givenBack(ConsumerRecord<byte[], byte[]> record) {
    int before = number(record) - 1;
    return before > 0 && put(record, before) ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE;
  }

  /**
   * Whether it is on the queue once more; otherwise nothing has changed.
   *
   * @param deliveries of the job that count against it
   */
  boolean put(ConsumerRecord<byte[], byte[]> record, int deliveries) {
    ProducerRecord<byte[], byte[]> again =
        new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers());
    again.headers().remove(DELIVERIES);
    again
        .headers()
        .add(DELIVERIES, Integer.toString(deliveries).getBytes(StandardCharsets.US_ASCII));
    try {
      producer().send(again).get();
      return true;
    } catch (InterruptException | InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | KafkaException | IllegalStateException e) { // the last: closed
      LOG.debug("Offset {} is not put on the queue anew.", record.offset(), e);
      return false;
    }
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
