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
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More slots than the share group has room for, as while workers are replaced by others. */
@Timeout(300)
class FullGroupTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int ROOM = 10; // the least that Kafka takes
  private static final int SLOTS = 8;

  @TempDir Path folder;

  private static JobQueue queue(KafkaSettings settings, Admin admin, String worker) {
    return new ShareJobQueue(
        settings,
        admin,
        new ShareSettings(
            Duration.ofSeconds(6), Duration.ofMillis(300), ShareSettings.DEFAULT_DELIVERIES),
        delivery -> JobHandler.Verdict.RELEASE,
        worker);
  }

  @Test
  void slots_beyond_the_limit_join_when_others_have_ended() throws Exception {
    RunId run = new RunId("run-1");
    try (RestartableBroker broker =
        RestartableBroker.start(folder, Map.of("group.share.max.size", "" + ROOM))) {
      KafkaSettings settings =
          new KafkaSettings(broker.bootstrapServers(), Map.of(), new Topics("full"));
      Performed old = new Performed();
      Performed joining = new Performed();
      CountDownLatch oldGoes = new CountDownLatch(1);
      CountDownLatch newGoes = new CountDownLatch(1);
      try (JobsTopic topic = new JobsTopic(settings);
          Admin admin = Admin.create(settings.admin("test"));
          JobQueue first = queue(settings, admin, "old");
          JobQueue second = queue(settings, admin, "new")) {
        topic.put(Jobs.jobs(run, 3 * SLOTS));
        first.start(SLOTS, old.until(oldGoes));
        await().atMost(SOON).until(() -> first.running() == SLOTS);
        second.start(SLOTS, joining.until(newGoes));
        await()
            .during(Duration.ofSeconds(2))
            .atMost(SOON)
            .until(() -> second.running() == ROOM - SLOTS);

        first.takeNoMore();
        oldGoes.countDown();
        first.stop(SOON);

        await().atMost(SOON).until(() -> second.running() == SLOTS);
        newGoes.countDown();
        await().atMost(SOON).until(() -> joining.finished().size() == 2 * SLOTS);
        assertThat(old.finished()).hasSize(SLOTS);
        assertThat(joining.begunAgain()).isEmpty();
      }
    }
  }
}
