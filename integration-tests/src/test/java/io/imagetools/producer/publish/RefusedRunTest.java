package io.imagetools.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.it.Jobs;
import io.imagetools.it.SharedBroker;
import io.imagetools.it.SteppingClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Jobs that the cluster does not take for longer than the publisher waits. */
@ExtendWith(SharedBroker.class)
@Timeout(180)
class RefusedRunTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int JOBS = 50;

  private static KafkaSettings impatient(KafkaSettings known) {
    return new KafkaSettings(
        known.bootstrapServers(),
        Map.of(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "1000"),
        known.topics());
  }

  @Test
  void the_first_job_that_is_not_taken_ends_the_submission() throws Exception {
    KafkaSettings known = SharedBroker.settings("refused-run");
    KafkaSettings settings = impatient(known);
    String jobs = settings.topics().jobs();
    RunId run = new RunId("run-1");
    try (Cluster cluster = Cluster.open(known, QueueMode.CLASSIC, 1, Role.PRODUCER);
        RunPublisher publisher =
            new RunPublisher(settings, cluster.admin(), 1, Clock.systemUTC(), null, PATIENCE)) {
      cluster.admin().deleteTopics(List.of(jobs)).all().get();
      await().until(() -> !cluster.admin().listTopics().names().get().contains(jobs));
      long begin = System.nanoTime();

      assertThatThrownBy(
              () -> publisher.publish(new Submission(run, null, Jobs.jobs(run, JOBS), List.of())))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageContaining("submit the jobs of run run-1");

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE.multipliedBy(5));
    }
  }

  /** Some of its jobs may be there, and somebody shall follow them. */
  @Test
  void a_run_that_was_given_up_before_its_jobs_were_refused_is_open_again() throws Exception {
    KafkaSettings known = SharedBroker.settings("refused-late");
    String jobs = known.topics().jobs();
    RunId id = new RunId("run-2");
    try (Cluster cluster = Cluster.open(known, QueueMode.CLASSIC, 1, Role.PRODUCER)) {
      Instant begin = Instant.now();
      AtomicBoolean opened = new AtomicBoolean();
      Clock clock =
          new SteppingClock(
              () -> opened.getAndSet(true) ? begin.plus(Duration.ofMinutes(5)) : begin);
      cluster.admin().deleteTopics(List.of(jobs)).all().get();
      await().until(() -> !cluster.admin().listTopics().names().get().contains(jobs));

      try (RunPublisher publisher =
          new RunPublisher(
              impatient(known), cluster.admin(), 1, clock, null, PATIENCE.multipliedBy(4))) {
        CompletableFuture<Run> submitted =
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return publisher.publish(new Submission(id, null, Jobs.jobs(id, 1), List.of()));
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
        await().until(() -> cluster.runs().find(id).isPresent());
        cluster.runs().markDone(id); // as a collector that has heard nothing

        assertThat(submitted).failsWithin(Duration.ofSeconds(60));
      }

      assertThat(cluster.runs().find(id).orElseThrow().state()).isEqualTo(Run.State.OPEN);
    }
  }
}
