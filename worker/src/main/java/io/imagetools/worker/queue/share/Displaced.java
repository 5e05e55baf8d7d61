package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs that were taken by somebody who does not do them. To give one back counts as a delivery, and
 * after some of those a job is given up; so one that was delivered a few times already is put on
 * the queue anew, at its end, before it is acknowledged. Used by one thread.
 */
final class Displaced implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Displaced.class);

  /** Delivered so often, it is not given back: that leaves as many for those who do it. */
  static final int DELIVERIES = 4;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String topic;
  private final Map<String, Object> properties;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  Displaced(KafkaSettings settings, String worker) {
    this.topic = settings.topics().jobs();
    this.properties = settings.producer(worker + "-displaced");
    this.properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
  }

  /** Whether it is on the queue once more; otherwise it is to be given back. */
  boolean putBehind(ConsumerRecord<byte[], byte[]> record, int delivery) {
    if (delivery < DELIVERIES) {
      return false;
    }
    if (producer == null) {
      producer = new KafkaProducer<>(properties);
    }
    try {
      producer
          .send(new ProducerRecord<>(topic, null, record.key(), record.value(), record.headers()))
          .get();
      return true;
    } catch (InterruptException | InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | KafkaException e) {
      LOG.debug("Offset {} is given back instead.", record.offset(), e);
      return false;
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(CLOSE_LIMIT);
    }
  }
}
