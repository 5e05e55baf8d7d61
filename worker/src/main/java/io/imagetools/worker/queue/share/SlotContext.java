package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.DeadLetters;
import io.imagetools.worker.queue.topic.Outage;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;

/** What the slots of a queue share. */
record SlotContext(
    KafkaSettings settings,
    ShareSettings share,
    ShareGroup group,
    Handlers jobs,
    Askers askers,
    QueueTail tail,
    DeadLetters deadLetters,
    StopSignal stop,
    AtomicInteger running,
    Outage outage) {

  /** How often a slot with a job looks around. */
  static final Duration LOOK = Duration.ofMillis(200);

  /**
   * Who performs the jobs.
   *
   * @param handler of jobs
   * @param exhausted of jobs that were handed out too often
   * @param threads one for each slot
   * @param worker this worker's name
   */
  record Handlers(
      JobHandler handler, JobHandler exhausted, ExecutorService threads, String worker) {}

  String topic() {
    return settings.topics().jobs();
  }

  JobHandler handler() {
    return jobs.handler();
  }

  JobHandler exhausted() {
    return jobs.exhausted();
  }

  ExecutorService handlers() {
    return jobs.threads();
  }

  /** One consumer a slot, one record a consumer: with more a slot idles until all are done. */
  KafkaShareConsumer<byte[], byte[]> newConsumer(int number) {
    Map<String, Object> properties = settings.shareConsumer(jobs.worker() + "-" + number);
    properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) share.idle().toMillis());
    properties.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE); // it waits for its turn
    return new KafkaShareConsumer<>(properties);
  }
}
