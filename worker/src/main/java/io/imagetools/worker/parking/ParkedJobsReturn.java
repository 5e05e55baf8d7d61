package io.imagetools.worker.parking;

import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.ParkedRecord;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.queue.topic.JobThreads;
import io.imagetools.worker.queue.topic.StopSignal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings parked jobs back to the queue when their time has come. All workers stand ready; an
 * ordinary consumer group gives the topic's one partition to one of them, which reads it whole. So
 * nothing is committed and nothing can be forgotten: what is parked is what has no tombstone.
 *
 * <p>The order of effects: the job is on the queue, then its parking ends. Whoever dies in between,
 * or holds the partition no longer without knowing it, causes a job to be on the queue twice.
 */
public final class ParkedJobsReturn implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedJobsReturn.class);

  private static final Duration POLL = Duration.ofMillis(500);

  /** A holder that died is replaced after that; so long are parked jobs late at most. */
  private static final Duration SESSION = Duration.ofSeconds(10);

  private static final Duration HEARTBEAT = Duration.ofSeconds(3);

  /** After a trouble with the broker. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  /** Jobs that go back before the topic is read again. */
  private static final int MOST_AT_ONCE = 500;

  /** Of one source, so twice as many a second: what a middling registry takes (see Gating). */
  private static final int MOST_PER_SOURCE = 50;

  private final KafkaSettings settings;
  private final Predicate<RunId> cancelled;
  private final TimeHasCome timeHasCome;
  private final String clientId;
  private final TopicPartition partition;
  private final StopSignal stop = new StopSignal();
  private final WaitingJobs waiting = new WaitingJobs();
  private final ExecutorService thread = JobThreads.named("retry", 1);

  /** Up to where the topic is to be read before anything goes back; -1: not asked yet. */
  private long end = -1;

  private boolean held;
  private boolean troubled;

  /**
   * Of that cluster, whose topics exist.
   *
   * @param cancelled whose jobs go back at once, to be answered
   * @param limits of the registries: while one wants to be left alone, its jobs stay parked
   * @param longestParked after that a job goes back in any case, to fail
   * @param clientId the beginning of what the broker's logs and quotas call this client
   */
  public ParkedJobsReturn(
      KafkaSettings settings,
      Predicate<RunId> cancelled,
      RegistryLimits limits,
      Duration longestParked,
      Clock clock,
      String clientId) {
    this.settings = settings;
    this.cancelled = cancelled;
    this.timeHasCome = new TimeHasCome(limits, longestParked, clock);
    this.clientId = clientId;
    this.partition = new TopicPartition(settings.topics().retry(), 0);
  }

  /** Stands ready from now on. Returns at once; a broker that is away is waited for. */
  public void start() {
    thread.execute(this::run);
  }

  private void run() {
    while (!stop.requested()) {
      try (KafkaProducer<String, byte[]> producer = newProducer();
          ForeignRecords foreign = new ForeignRecords(settings, clientId);
          KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(consumerProperties())) {
        serve(consumer, producer, foreign);
      } catch (InterruptException | InterruptedException e) {
        return;
      } catch (RuntimeException | ExecutionException e) { // whatever it was: it goes on
        trouble(e);
        if (stop.await(PAUSE)) {
          return;
        }
      }
    }
  }

  private KafkaProducer<String, byte[]> newProducer() {
    return new KafkaProducer<>(settings.producer(clientId + "-return"));
  }

  private Map<String, Object> consumerProperties() {
    Map<String, Object> properties = settings.consumer(clientId + "-return");
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().retryGroup());
    properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION.toMillis());
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) HEARTBEAT.toMillis());
    return properties;
  }

  private void trouble(Exception problem) {
    if (!troubled) {
      Right needed =
          problem instanceof GroupAuthorizationException
              ? Right.onGroup(AclOperation.READ, settings.topics().retryGroup())
              : problem instanceof ExecutionException
                  ? Right.onTopic(AclOperation.WRITE, settings.topics().jobs())
                  : Right.onTopic(AclOperation.READ, partition.topic());
      LOG.warn(
          "Parked jobs are not brought back by this worker ({}). It is tried every {} s",
          BrokerAnswer.briefly(problem, needed),
          PAUSE.toSeconds());
    }
    troubled = true;
    LOG.debug("Parked jobs are not brought back.", problem);
  }

  private void serve(
      KafkaConsumer<String, byte[]> consumer,
      KafkaProducer<String, byte[]> producer,
      ForeignRecords foreign)
      throws ExecutionException, InterruptedException {
    forget();
    consumer.subscribe(List.of(partition.topic()), new Holding(consumer));
    while (!stop.requested()) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        note(record, producer, foreign);
      }
      if (held && isRead(consumer)) {
        bringBack(producer);
        if (troubled) {
          troubled = false;
          LOG.info("Parked jobs are brought back again");
        }
      }
    }
  }

  private void forget() {
    held = false;
    end = -1;
    waiting.clear();
  }

  private boolean isRead(KafkaConsumer<String, byte[]> consumer) {
    if (end < 0) {
      end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    }
    return consumer.position(partition) >= end;
  }

  private void note(
      ConsumerRecord<String, byte[]> record,
      KafkaProducer<String, byte[]> producer,
      ForeignRecords foreign)
      throws ExecutionException, InterruptedException {
    if (record.key() == null) {
      return;
    }
    waiting.remove(record.key());
    if (record.value() == null) {
      return;
    }
    try {
      waiting.add(ForeignRecords.requireParked(record));
    } catch (InvalidRecordException e) {
      if (foreign.putAway(record, String.valueOf(e.getMessage()))) {
        producer.send(tombstone(record.key())).get();
      }
    }
  }

  private void bringBack(KafkaProducer<String, byte[]> producer)
      throws ExecutionException, InterruptedException {
    List<ParkedRecord> due =
        waiting.due(timeHasCome, MOST_AT_ONCE, MOST_PER_SOURCE, this::isUnwanted);
    if (due.isEmpty()) {
      return;
    }
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    for (ParkedRecord parked : due) {
      answers.add(
          producer.send(
              TraceHeaders.with(
                  new ProducerRecord<>(
                      settings.topics().jobs(), parked.job().id().toString(), parked.value()),
                  parked.trace())));
    }
    await(answers);
    answers.clear();
    for (ParkedRecord parked : due) {
      answers.add(producer.send(tombstone(parked.key())));
    }
    await(answers);
    due.forEach(parked -> waiting.remove(parked.key()));
    LOG.info(
        "{} parked jobs are back on the queue; {} still wait for their time",
        due.size(),
        waiting.size());
  }

  /** Those of a cancelled run go back at once: they are only to be answered. */
  private boolean isUnwanted(ParkedRecord parked) {
    return cancelled.test(parked.job().id().run());
  }

  private static void await(List<Future<RecordMetadata>> answers)
      throws ExecutionException, InterruptedException {
    for (Future<RecordMetadata> answer : answers) {
      RecordMetadata unused = answer.get();
    }
  }

  private ProducerRecord<String, byte[]> tombstone(String key) {
    return new ProducerRecord<>(partition.topic(), 0, key, null);
  }

  /** Brings nothing back any more; others do. */
  @Override
  public void close() {
    stop.request();
    JobThreads.end(thread, CLOSE_LIMIT);
  }

  /** Called while the thread polls. */
  private final class Holding implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, byte[]> consumer;

    Holding(KafkaConsumer<String, byte[]> consumer) {
      this.consumer = consumer;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      forget();
      held = partitions.contains(partition);
      consumer.seekToBeginning(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      forget();
    }
  }
}
