package io.imagetools.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.it.Jobs;
import io.imagetools.it.SharedBroker;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

  @Test
  void the_first_job_that_is_not_taken_ends_the_submission() throws Exception {
    KafkaSettings known = SharedBroker.settings("refused-run");
    KafkaSettings settings =
        new KafkaSettings(
            known.bootstrapServers(),
            Map.of(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "1000"),
            known.topics());
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
}
