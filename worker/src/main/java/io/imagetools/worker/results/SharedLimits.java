package io.imagetools.worker.results;

import io.imagetools.common.job.RegistryCondition;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.wire.ConditionCodec;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.execution.RegistryLimits;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells other workers what this one learns of registries, and hears what they learn, by the
 * registries topic. A broker that is away costs nothing but the news. Thread-safe.
 */
public final class SharedLimits implements AutoCloseable {

  private final RegistryLimits limits;
  private final News news;

  /** Of that cluster; from {@link #start} on. */
  public SharedLimits(KafkaSettings settings, RegistryLimits limits, String clientId) {
    this.limits = limits;
    this.news =
        new News(settings, settings.topics().registries(), clientId + "-registries", this::accept);
  }

  /** Tells and hears from now on. Returns at once; a broker that is away is waited for. */
  public void start() {
    limits.tell(learned -> news.tell(learned.registry().host(), ConditionCodec.encode(learned)));
    news.start();
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
      News.passOver(record, e);
    }
  }

  @Override
  public void close() {
    news.close();
  }
}
