package io.imagetools.worker.results;

import io.imagetools.common.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;
import org.springframework.kafka.listener.MessageListener;
import org.springframework.kafka.support.TopicPartitionOffset;

/**
 * What workers tell each other by a compacted topic of one partition: each reads all of it, from
 * its beginning, and belongs to no group. In the order in which it was told. A broker that is away
 * costs nothing but the news. Thread-safe.
 */
final class News implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);

  /** Rights that are missing may be given later. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /** News that could not be told for so long is old. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String topic;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaMessageListenerContainer<String, byte[]> container;

  /** A producer may block until it knows the topic; nobody who copies shall. */
  private final ExecutorService teller;

  /**
   * Of that topic; heard from {@link #start} on.
   *
   * @param clientId what the broker's logs and quotas call this client
   * @param heard called by one thread, for each record
   */
  News(
      KafkaSettings settings,
      String topic,
      String clientId,
      Consumer<ConsumerRecord<String, byte[]>> heard) {
    this.topic = topic;
    this.teller =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "news-of-" + topic);
              thread.setDaemon(true);
              return thread;
            });
    Map<String, Object> properties = settings.producer(clientId);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0); // somebody may wait for it
    this.producer = new KafkaProducer<>(properties);
    ContainerProperties following =
        new ContainerProperties(
            new TopicPartitionOffset(topic, 0, TopicPartitionOffset.SeekPosition.BEGINNING));
    following.setAckMode(ContainerProperties.AckMode.MANUAL); // nothing is committed
    following.setMessageListener((MessageListener<String, byte[]>) heard::accept);
    following.setAuthExceptionRetryInterval(RETRY); // without it one refusal would be the end
    following.setShutdownTimeout(STOP_LIMIT.toMillis());
    this.container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(settings.consumer(clientId)), following);
    this.container.setBeanName("image-tools-news-of-" + topic);
  }

  /** Hears from now on. Returns at once; a broker that is away is waited for. */
  void start() {
    container.start();
  }

  /** Tells; returns at once, whatever becomes of it. */
  void tell(String key, byte[] value) {
    try {
      teller.execute(() -> send(key, value));
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed: other workers are not told of {}", key, e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback sees every failure
  private void send(String key, byte[] value) {
    try {
      producer.send(
          new ProducerRecord<>(topic, 0, key, value),
          (sent, problem) -> {
            if (problem != null) {
              LOG.debug("Other workers are not told of {}", key, problem);
            }
          });
    } catch (RuntimeException e) { // they will learn it themselves
      LOG.debug("Other workers are not told of {}", key, e);
    }
  }

  static void passOver(ConsumerRecord<String, byte[]> record, Exception why) {
    LOG.debug(
        "Offset {} of the topic {} is passed over: {}",
        record.offset(),
        record.topic(),
        why.getMessage());
  }

  @Override
  public void close() {
    teller.shutdown();
    container.stop();
    producer.close(CLOSE_LIMIT);
  }
}
