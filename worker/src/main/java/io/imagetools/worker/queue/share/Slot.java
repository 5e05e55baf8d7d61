package io.imagetools.worker.queue.share;

import io.imagetools.common.wire.InvalidRecordException;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.topic.JobRecords;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One slot: takes a job, holds its lease while it runs, acknowledges it, takes the next. */
final class Slot implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Slot.class);

  /**
   * One event a call: a long wait means no race between a wait that ends and a record that comes.
   */
  private static final Duration POLL = Duration.ofSeconds(20);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final SlotContext context;
  private final int number;
  private Duration pause = FIRST_PAUSE;
  private volatile @Nullable KafkaShareConsumer<byte[], byte[]> waiting;

  Slot(SlotContext context, int number) {
    this.context = context;
    this.number = number;
  }

  @Override
  public void run() {
    while (!context.stop().requested()) {
      try {
        takeJobs();
      } catch (InterruptedException | InterruptException e) {
        return;
      } catch (RuntimeException | ExecutionException e) {
        context.outage().seen(e);
        if (context.stop().await(pause)) {
          return;
        }
        pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
      }
    }
  }

  /** Stops waiting for a job. A slot that has one looks for itself. */
  void wakeUp() {
    KafkaShareConsumer<byte[], byte[]> consumer = waiting;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Takes jobs until it shall stop, or until this consumer can't be used, or need not be. */
  private void takeJobs() throws InterruptedException, ExecutionException {
    if (!context.askers().join(number)) {
      return;
    }
    boolean asking = true;
    try (Closing consumer = new Closing(context.newConsumer(number))) {
      consumer.get().subscribe(List.of(context.topic()));
      boolean usable = true;
      long proven = System.nanoTime();
      while (usable && (asking || context.askers().ask(number))) {
        asking = true;
        ConsumerRecords<byte[], byte[]> records = poll(consumer.get());
        if (records.isEmpty()) {
          usable = nothingCame();
        } else {
          asking = false;
          context.askers().answered(number);
          context.askers().seeHowManyJobs();
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
          Lease lease = new Lease(consumer.get(), record, context.share(), proven);
          usable = usable && handle(lease);
          proven = lease.proven();
        }
      }
    } finally {
      context.askers().left(number);
    }
  }

  /** Whether this slot goes on asking. */
  private boolean nothingCame() throws InterruptedException {
    if (context.stop().requested()) {
      return false;
    }
    // A consumer waits for a broker that is away without a word.
    context.group().silence().ifPresentOrElse(context.outage()::seen, context.outage()::over);
    return !context.askers().tooMany();
  }

  /** A consumer that is closed by an interrupted thread leaves no word. */
  private record Closing(KafkaShareConsumer<byte[], byte[]> get) implements AutoCloseable {
    @Override
    public void close() {
      Thread.interrupted();
      get.close(CLOSE_LIMIT);
    }
  }

  private ConsumerRecords<byte[], byte[]> poll(KafkaShareConsumer<byte[], byte[]> consumer) {
    waiting = consumer;
    try {
      return context.stop().requested() ? ConsumerRecords.empty() : consumer.poll(POLL);
    } catch (WakeupException e) {
      return ConsumerRecords.empty();
    } finally {
      waiting = null;
    }
  }

  /** Whether the consumer can be used further. */
  private boolean handle(Lease lease) throws InterruptedException, ExecutionException {
    if (lease.prove() != Lease.State.HELD) {
      return unusable(lease); // a stale copy: somebody else has it, or will have it
    }
    context.outage().over();
    pause = FIRST_PAUSE;
    if (context.stop().requested()) {
      // it came while the queue was told to take no more
      lease.end(context.tail().givenBack(lease.record()));
      return true;
    }
    int number = QueueTail.number(lease.record());
    Delivery delivery;
    try {
      delivery = JobRecords.delivery(lease.record(), number);
    } catch (InvalidRecordException e) {
      LOG.error(
          "Offset {} of the topic {} is no job: {}. It goes to the dead-letter topic",
          lease.record().offset(),
          context.topic(),
          e.getMessage());
      String reason = e.getMessage() == null ? "" : e.getMessage();
      context.deadLetters().put(lease.record(), number, reason);
      lease.end(AcknowledgeType.REJECT);
      return usable(lease);
    }
    if (number > context.share().deliveries()) {
      return run(lease, delivery, context.exhausted(), true);
    }
    if (QueueTail.count(lease.record()) >= QueueTail.DOUBTFUL
        && context.tail().put(lease.record(), number - 1)) {
      LOG.info("Job {} was lost by its workers: it goes to the queue's end", delivery.job().id());
      lease.end(AcknowledgeType.ACCEPT);
      return usable(lease);
    }
    return run(lease, delivery, context.handler(), false);
  }

  private static boolean usable(Lease lease) {
    return lease.state() == Lease.State.HELD || unusable(lease);
  }

  /** False, or what the broker, or the client, has against this consumer. */
  private static boolean unusable(Lease lease) {
    RuntimeException problem = lease.problem();
    if (problem != null) {
      throw problem;
    }
    return false;
  }

  private boolean run(Lease lease, Delivery delivery, JobHandler handler, boolean poison)
      throws InterruptedException, ExecutionException {
    context.running().incrementAndGet();
    try {
      RunningJob job = RunningJob.start(context.handlers(), handler, delivery);
      JobHandler.Verdict verdict = hold(lease, delivery, job);
      if (lease.state() != Lease.State.HELD) {
        return false; // it comes again, here or elsewhere, and is found done if it was
      }
      if (verdict == JobHandler.Verdict.ACKNOWLEDGE && poison) {
        String reason =
            "It was handed out "
                + delivery.number()
                + " times, and each time its worker died or lost it";
        context.deadLetters().put(lease.record(), delivery.number(), reason);
        lease.end(AcknowledgeType.REJECT);
      } else {
        lease.end(word(verdict, lease));
      }
      return usable(lease);
    } finally {
      context.running().decrementAndGet();
    }
  }

  private AcknowledgeType word(JobHandler.Verdict verdict, Lease lease) {
    if (verdict == JobHandler.Verdict.ACKNOWLEDGE) {
      return AcknowledgeType.ACCEPT;
    }
    return context.stop().requested() // no fault of the job
        ? context.tail().givenBack(lease.record())
        : AcknowledgeType.RELEASE;
  }

  /** Waits for the verdict; renews the lease meanwhile. */
  private JobHandler.Verdict hold(Lease lease, Delivery delivery, RunningJob job)
      throws InterruptedException {
    boolean interrupted = false;
    while (true) {
      Optional<JobHandler.Verdict> verdict = job.await(SlotContext.LOOK);
      if (verdict.isPresent()) {
        return verdict.get();
      }
      if (!interrupted && context.stop().drained()) {
        job.interrupt();
        interrupted = true;
      }
      if (lease.state() == Lease.State.HELD && lease.renewalIsDue()) {
        interrupted = renew(lease, delivery, job) || interrupted;
      }
    }
  }

  /** Whether the job was interrupted because it is not ours any more. */
  private boolean renew(Lease lease, Delivery delivery, RunningJob job) {
    Lease.State state = lease.renew();
    if (state == Lease.State.LOST) {
      LOG.warn(
          "The lease of job {} is lost: it is cancelled here and done elsewhere",
          delivery.job().id());
      job.interrupt();
      return true;
    }
    RuntimeException problem = lease.problem();
    if (state == Lease.State.UNKNOWN && problem != null) {
      context.outage().seen(problem);
    }
    return false;
  }
}
