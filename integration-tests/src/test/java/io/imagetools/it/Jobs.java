package io.imagetools.it;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.wire.EventCodec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Jobs that nobody performs, and what is said of them. */
public final class Jobs {
  private Jobs() {}

  static MirrorJob job(RunId run, int number) {
    return new MirrorJob(
        new JobId(run, number),
        number,
        ImageReference.parse("source.example/app:" + number),
        ImageReference.parse("destination.example/app:" + number),
        PlatformSelector.ALL,
        false,
        false);
  }

  /** So many of a run, numbered from 1. */
  public static List<MirrorJob> jobs(RunId run, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> job(run, number)).toList();
  }

  /** As a worker says that it mirrored one. */
  static JobEvent.Finished finished(RunId run, int number, List<Platform> platforms) {
    return new JobEvent.Finished(
        new MirrorResult(
            job(run, number),
            new Outcome.Mirrored(),
            1,
            1,
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(3),
            new ByteCounts(1, 2, 3),
            null,
            null,
            platforms,
            List.of(),
            "w1"));
  }

  /** Says that on the status topic, as a worker does. */
  static void tell(KafkaSettings settings, Run run, JobEvent event) throws Exception {
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("jobs"))) {
      producer
          .send(
              new ProducerRecord<>(
                  settings.topics().status(),
                  run.statusPartition(),
                  EventCodec.key(event),
                  EventCodec.encode(event)))
          .get();
    }
  }

  /** On an ordinary group; it has taken nothing yet. */
  static void aWorkerWasThere(Cluster cluster, KafkaSettings settings) throws Exception {
    TopicPartition partition = new TopicPartition(settings.topics().jobs(), 0);
    cluster
        .admin()
        .alterConsumerGroupOffsets(
            settings.topics().classicGroup(), Map.of(partition, new OffsetAndMetadata(0)))
        .all()
        .get();
  }
}
