package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.local.RestartableBroker;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queue while its broker is away, and after. */
@Timeout(300)
class QueueOutageTest {
  private static final RunId RUN = new RunId("run-1");
  private static final Duration IDLE = Duration.ofMillis(300);

  private final Performed performed = new Performed();
  private RestartableBroker broker;
  private KafkaSettings settings;
  private JobsTopic topic;
  private Admin admin;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    broker = RestartableBroker.start(folder);
    settings = new KafkaSettings(broker.bootstrapServers(), Map.of(), new Topics("outage"));
    topic = new JobsTopic(settings);
    admin = Admin.create(settings.admin("test"));
  }

  @AfterEach
  void end() {
    topic.close();
    admin.close(Duration.ofSeconds(2));
    broker.close();
  }

  private JobQueue queue(Duration lock) {
    return new ShareJobQueue(
        settings,
        admin,
        new ShareSettings(lock, IDLE, ShareSettings.DEFAULT_DELIVERIES),
        delivery -> JobHandler.Verdict.RELEASE,
        "w");
  }

  @Test
  void a_queue_can_be_stopped_while_the_broker_is_away() throws Exception {
    topic.put(Jobs.jobs(RUN, 1));
    JobQueue queue = queue(Duration.ofSeconds(6));
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
    try (JobQueue next = queue(Duration.ofSeconds(6))) {
      next.start(1, performed.taking(Duration.ZERO));
      await().atMost(Duration.ofSeconds(90)).until(() -> performed.finished().size() == 1);
    }
  }
}
