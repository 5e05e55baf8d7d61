package io.imagetools.cli.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.collector.ledger.Counts;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.it.SharedBroker;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A run at whose end something goes wrong that nobody thought of. */
@ExtendWith(SharedBroker.class)
@Timeout(180)
class BrokenRunTest {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration GRACE = Duration.ofSeconds(1);

  @TempDir Path folder;

  @Test
  void an_error_is_no_reason_to_forget_it() throws Exception {
    FailsOnce watcher = new FailsOnce();
    RunId id = new RunId("run-1");
    try (Cluster cluster = Cluster.open(SharedBroker.settings("broken-run"), QueueMode.CLASSIC, 1);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      publisher.publish(new Submission(id, null, List.of(), List.of()));
      AtomicBoolean ending = new AtomicBoolean();
      AllRuns all =
          new AllRuns(
              cluster, new RunFiles(folder), GRACE, Clock.systemUTC(), null, watcher, PAUSE);
      CompletableFuture<Void> collector = CompletableFuture.runAsync(() -> follow(all, ending));
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> cluster.runs().find(id).orElseThrow().state() == Run.State.DONE);
      } finally {
        ending.set(true);
        collector.join();
      }
    }
    assertThat(watcher.calls).hasValue(2);
  }

  private static void follow(AllRuns all, AtomicBoolean ending) {
    try {
      all.follow(ending::get);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class FailsOnce implements RunWatcher {
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    public void failed(MirrorResult result) {}

    @Override
    public void ended(Run run, Counts counts) {
      if (calls.incrementAndGet() == 1) {
        throw new NoClassDefFoundError("a class whose file was replaced");
      }
    }
  }
}
