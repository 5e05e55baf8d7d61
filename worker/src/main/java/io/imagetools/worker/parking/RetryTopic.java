package io.imagetools.worker.parking;

import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.Parking;
import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.worker.execution.ParkingLot;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parks jobs on the retry topic. Thread-safe; one for all slots of a worker. */
public final class RetryTopic implements ParkingLot, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RetryTopic.class);

  /** Bounds how long one try waits for metadata. */
  private static final Duration BLOCK = Duration.ofSeconds(5);

  /** Between two tries, so that a broker that refuses at once is not asked without a pause. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String topic;
  private final Map<String, Object> properties;
  private @Nullable KafkaProducer<String, byte[]> producer;
  private volatile boolean closed;

  /**
   * Of that cluster, whose topics exist.
   *
   * @param clientId the beginning of what the broker's logs and quotas call this client
   */
  public RetryTopic(KafkaSettings settings, String clientId) {
    this.topic = settings.topics().retry();
    this.properties = settings.producer(clientId + "-retry");
    this.properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
  }

  @Override
  public void park(MirrorJob job, Parking parking) throws InterruptedException {
    ParkedRecord parked = new ParkedRecord(job, parking, CurrentTrace.get());
    ProducerRecord<String, byte[]> record =
        TraceHeaders.with(
            new ProducerRecord<>(topic, 0, parked.key(), parked.value()), parked.trace());
    boolean said = false;
    while (true) {
      try {
        producer().send(record).get();
        return;
      } catch (InterruptException e) {
        Thread.interrupted(); // said by the exception from here on
        throw new InterruptedException("interrupted while job " + job.id() + " was parked");
      } catch (ExecutionException | KafkaException | IllegalStateException e) {
        if (closed) {
          throw new IllegalStateException("the retry topic was closed meanwhile", e);
        }
        if (!said) {
          LOG.warn(
              "Job {} can't be parked ({}); it holds its slot, and it is tried until it is",
              job.id(),
              BrokerAnswer.briefly(e, Right.onTopic(AclOperation.WRITE, topic)));
          said = true;
        }
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      }
    }
  }

  /** Made when the first job is parked. */
  private synchronized KafkaProducer<String, byte[]> producer() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    if (producer == null) {
      producer = new KafkaProducer<>(properties);
    }
    return producer;
  }

  @Override
  public void close() {
    closed = true;
    KafkaProducer<String, byte[]> made = made();
    if (made != null) {
      made.close(CLOSE_LIMIT);
    }
  }

  private synchronized @Nullable KafkaProducer<String, byte[]> made() {
    return producer;
  }
}
