package io.imagetools.it.guarantees;

import io.imagetools.common.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Whether the broker answers, by what its answers to workers need too: a record that is written to
 * a topic and acknowledged.
 */
final class BrokerPulse implements AutoCloseable {
  private static final String TOPIC = ".pulse";

  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final Pulse pulse;

  BrokerPulse(KafkaSettings settings, Admin admin, Journal journal, Duration hold)
      throws Exception {
    this.topic = settings.topics().prefix() + TOPIC;
    admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty()))).all().get();
    Map<String, Object> properties = settings.producer("pulse");
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    this.producer = new KafkaProducer<>(properties);
    send(); // it knows the topic from here on
    this.pulse = new Pulse(Journal.BROKER, journal, hold, this::await);
    pulse.start();
  }

  private void send() throws InterruptedException, ExecutionException {
    Object unused = producer.send(new ProducerRecord<>(topic, new byte[0])).get();
  }

  private void await() throws InterruptedException {
    try {
      send();
    } catch (InterruptException e) {
      throw new InterruptedException("closed");
    } catch (ExecutionException | KafkaException e) {
      return; // it was away for that long
    }
  }

  @Override
  public void close() {
    pulse.close();
    producer.close(Duration.ZERO);
  }
}
