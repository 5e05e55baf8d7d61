package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.RestartableBroker;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.classic.ClassicJobQueue;
import io.imagetools.worker.queue.classic.ClassicSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that goes and comes back while an ordinary group is at work. */
@Timeout(300)
class ClassicOutageTest {
  private static final RunId RUN = new RunId("run-1");
  private static final ClassicSettings CLASSIC =
      new ClassicSettings(Duration.ofSeconds(6), Duration.ofSeconds(1), 8);

  private final Performed performed = new Performed();
  private RestartableBroker broker;
  private KafkaSettings settings;
  private JobsTopic topic;
  private Admin admin;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    broker = RestartableBroker.start(folder);
    settings = new KafkaSettings(broker.bootstrapServers(), Map.of(), new Topics("outage"));
    topic = new JobsTopic(settings, QueueMode.CLASSIC);
    admin = Admin.create(settings.admin("test"));
  }

  @AfterEach
  void end() {
    topic.close();
    admin.close(Duration.ofSeconds(2));
    broker.close();
  }

  private JobQueue queue(String worker) {
    return new ClassicJobQueue(
        settings, admin, CLASSIC, delivery -> JobHandler.Verdict.RELEASE, worker);
  }

  @Test
  void a_queue_can_be_stopped_while_the_broker_is_away() throws Exception {
    topic.put(Jobs.jobs(RUN, 1));
    JobQueue queue = queue("w");
    queue.start(5, performed.taking(Duration.ofMinutes(10)));
    await().atMost(Duration.ofSeconds(90)).until(() -> performed.now() == 1);
    broker.stop();
    long start = System.nanoTime();
    queue.stop(Duration.ofSeconds(1));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("stopped without a broker in " + took.toMillis() + " ms");
    assertThat(took).isLessThan(Duration.ofSeconds(60));
    assertThat(performed.now()).isZero();
    broker.startAgain();
    try (JobQueue next = queue("next")) {
      next.start(1, performed.taking(Duration.ZERO));
      await().atMost(Duration.ofSeconds(90)).until(() -> performed.finished().size() == 1);
    }
  }
}
