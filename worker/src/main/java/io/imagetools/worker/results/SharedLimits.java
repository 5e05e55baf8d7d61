package io.imagetools.worker.results;

import io.imagetools.common.job.RegistryCondition;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.wire.ConditionCodec;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.execution.RegistryLimits;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
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
 * Tells other workers what this one learns of registries, and hears what they learn, by the
 * registries topic. A broker that is away costs nothing but the news. Thread-safe.
 */
public final class SharedLimits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedLimits.class);

  /** Rights that are missing may be given later. */
  private static final Duration RETRY = Duration.ofSeconds(10);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  /** News that could not be told for so long is old. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String topic;
  private final RegistryLimits limits;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaMessageListenerContainer<String, byte[]> container;

  /** A producer may block until it knows the topic; nobody who copies shall. */
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "registry-news");
            thread.setDaemon(true);
            return thread;
          });

  /** Of that cluster; from {@link #start} on. */
  public SharedLimits(KafkaSettings settings, RegistryLimits limits, String clientId) {
    this.topic = settings.topics().registries();
    this.limits = limits;
    Map<String, Object> properties = settings.producer(clientId + "-registries");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis() / 2);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
    this.producer = new KafkaProducer<>(properties);
    ContainerProperties following =
        new ContainerProperties(
            new TopicPartitionOffset(topic, 0, TopicPartitionOffset.SeekPosition.BEGINNING));
    following.setAckMode(ContainerProperties.AckMode.MANUAL); // nothing is committed
    following.setMessageListener((MessageListener<String, byte[]>) this::accept);
    following.setAuthExceptionRetryInterval(RETRY); // without it one refusal would be the end
    following.setShutdownTimeout(STOP_LIMIT.toMillis());
    this.container =
        new KafkaMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(settings.consumer(clientId + "-registries")),
            following);
    this.container.setBeanName("image-tools-registries");
  }

  /** Tells and hears from now on. Returns at once; a broker that is away is waited for. */
  public void start() {
    limits.tell(this::tell);
    container.start();
  }

  private void tell(RegistryCondition learned) {
    try {
      teller.execute(() -> send(learned));
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed: other workers are not told of {}", learned, e);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback sees every failure
  private void send(RegistryCondition learned) {
    try {
      producer.send(
          new ProducerRecord<>(topic, 0, learned.registry().host(), ConditionCodec.encode(learned)),
          (sent, problem) -> {
            if (problem != null) {
              LOG.debug("Other workers are not told of {}", learned, problem);
            }
          });
    } catch (RuntimeException e) { // they will learn it themselves
      LOG.debug("Other workers are not told of {}", learned, e);
    }
  }

  /** Takes in one record. */
  void accept(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      RegistryCondition told = ConditionCodec.decode(record.value());
      if (told.registry().host().equals(record.key())) {
        limits.heard(told);
      }
    } catch (InvalidRecordException e) {
      LOG.debug(
          "Offset {} of the topic {} is passed over: {}",
          record.offset(),
          record.topic(),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    teller.shutdown();
    container.stop();
    producer.close(CLOSE_LIMIT);
  }
}
