package io.imagetools.worker.results;

import io.imagetools.common.job.BlobNotice;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.wire.BlobCodec;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.engine.registry.FleetBlobs;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells other workers which large blobs this one sends and where they are then, and hears the same
 * of them, by the blobs topic. A broker that is away costs nothing but the news. Thread-safe.
 */
public final class SharedBlobs implements AutoCloseable {

  private final FleetBlobs blobs;
  private final News news;

  /** Of that cluster; from {@link #start} on. */
  public SharedBlobs(KafkaSettings settings, FleetBlobs blobs, String clientId) {
    this.blobs = blobs;
    this.news = new News(settings, settings.topics().blobs(), clientId + "-blobs", this::accept);
  }

  /** Tells and hears from now on. Returns at once; a broker that is away is waited for. */
  public void start() {
    blobs.tell(notice -> news.tell(BlobCodec.key(notice), BlobCodec.encode(notice)));
    news.start();
  }

  /** Takes in one record. */
  void accept(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      BlobNotice told = BlobCodec.decode(record.value());
      if (BlobCodec.key(told).equals(record.key())) {
        blobs.heard(told, Instant.ofEpochMilli(record.timestamp()));
      }
    } catch (InvalidRecordException e) {
      News.passOver(record, e);
    }
  }

  @Override
  public void close() {
    blobs.alone();
    news.close();
  }
}
