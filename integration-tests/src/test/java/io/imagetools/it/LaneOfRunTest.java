package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.kafka.Topics.Lane;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** On which of the queues a run is put. Nobody takes a job here. */
@ExtendWith(SharedBroker.class)
@Timeout(180)
class LaneOfRunTest {
  private static final int LARGE = 200;
  private static final int SMALL = 20;

  private final KafkaSettings settings = SharedBroker.settings("lane-of-run");
  private int runs;

  @Test
  void a_large_run_is_put_where_less_waits_if_workers_serve_that_queue() throws Exception {
    try (Cluster cluster = Cluster.open(settings, QueueMode.CLASSIC, 1, Role.PRODUCER);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      publish(publisher, LARGE);
      Jobs.aWorkerWasThere(cluster, settings);
      publish(publisher, LARGE);
      assertQueues(cluster, 2 * LARGE, 0, 0); // no worker knows of another one

      Cluster.open(settings, QueueMode.CLASSIC, 1, Role.WORKER).close();
      publish(publisher, LARGE);
      assertQueues(cluster, 2 * LARGE, LARGE, 0);
      publish(publisher, LARGE);
      assertQueues(cluster, 2 * LARGE, 2 * LARGE, 0);
      publish(publisher, LARGE);
      assertQueues(cluster, 3 * LARGE, 2 * LARGE, 0);
      publish(publisher, SMALL);
      assertQueues(cluster, 3 * LARGE, 2 * LARGE, SMALL);
    }
  }

  private void publish(RunPublisher publisher, int jobs) throws InterruptedException {
    RunId run = new RunId("run-" + ++runs);
    publisher.publish(new Submission(run, null, Jobs.jobs(run, jobs), List.of()));
  }

  private static void assertQueues(Cluster cluster, long main, long beside, long express)
      throws InterruptedException {
    assertThat(cluster.lag().ofLane()).as("on the first queue").hasValue(main);
    assertThat(cluster.lag().in(Lane.BESIDE).jobsOrRecords()).as("beside it").hasValue(beside);
    assertThat(cluster.lag().in(Lane.EXPRESS).jobsOrRecords())
        .as("of small runs")
        .hasValue(express);
    assertThat(cluster.lag().jobs()).as("in all").hasValue(main + beside + express);
  }
}
