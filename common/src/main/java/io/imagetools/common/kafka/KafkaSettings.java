package io.imagetools.common.kafka;

import io.imagetools.common.kafka.Topics.Lane;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Which cluster, with which client properties, under which names.
 *
 * @param bootstrapServers {@code host:port,…}
 * @param clientProperties the user's own (security, timeouts), as Kafka's clients call them;
 *     secrets may be among them, so this is never printed
 * @param topics the names
 */
public record KafkaSettings(
    String bootstrapServers, Map<String, String> clientProperties, Topics topics) {

  /** An idle batch is worth waiting this long for: a list comes all at once. */
  private static final int LINGER_MILLIS = 5;

  /** With one request at a time, a list of 100,000 lines shall not be thousands of requests. */
  private static final int BATCH_BYTES = 256 * 1024;

  /** A person waits for it; the clients' own 60 s look like a program that hangs. */
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(30);

  /** Copies the properties. */
  public KafkaSettings {
    clientProperties = Map.copyOf(clientProperties);
  }

  /** The same cluster, with that queue. */
  public KafkaSettings in(Lane lane) {
    return new KafkaSettings(bootstrapServers, clientProperties, topics.in(lane));
  }

  /** For an admin client. */
  public Map<String, Object> admin(String clientId) {
    return common(clientId);
  }

  /**
   * How long a broker may take for its first answer, which costs it nothing: beyond, there is none.
   * A broker that is there gets the clients' own 60 s for what follows: on a slow disk it needs
   * them to create topics. The user's own limit goes before both.
   */
  public Duration firstAnswer() {
    String own = clientProperties.get(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
    return own == null ? FIRST_ANSWER : Duration.ofMillis(Long.parseLong(own.strip()));
  }

  /**
   * For a producer of string keys and byte values. Idempotent, acknowledged by all in-sync
   * replicas: what it says is sent is there (KIP-679). One request at a time: a leader that is not
   * up yet may turn the first of several away and then take the next, after which the broker
   * refuses the first one for ever as out of order, though the producer is idempotent.
   */
  public Map<String, Object> producer(String clientId) {
    Map<String, Object> properties = common(clientId);
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    return properties;
  }

  /** For a consumer that is told what to read and commits nothing. */
  public Map<String, Object> consumer(String clientId) {
    Map<String, Object> properties = common(clientId);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return properties;
  }

  /** For a consumer of the share group; the queue adds what is the queue's. */
  public Map<String, Object> shareConsumer(String clientId) {
    Map<String, Object> properties = common(clientId);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, topics.shareGroup());
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  /** For a consumer of the ordinary group, which commits by hand; the queue adds what is its. */
  public Map<String, Object> groupConsumer(String clientId) {
    Map<String, Object> properties = consumer(clientId);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, topics.classicGroup());
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }

  private Map<String, Object> common(String clientId) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    // Client metrics are pushed to brokers that ask (KIP-714); nobody here reads them.
    properties.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return properties;
  }

  /** Without the properties: they may hold passwords. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers + ", " + topics + "]";
  }
}
