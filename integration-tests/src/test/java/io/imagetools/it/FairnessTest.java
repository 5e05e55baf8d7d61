package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Role;
import io.imagetools.common.kafka.Topics.Lane;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs at once: none starves another (docs/adr/0019 and 0030). */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class FairnessTest {
  private static final RunId LARGE = new RunId("large");
  private static final RunId SMALL = new RunId("small");
  private static final RunId OTHER = new RunId("other");
  private static final int SLOTS = 4;
  private static final Duration LENGTH = Duration.ofMillis(100);

  /** 100 s of work at least: nobody waits for it. */
  private static final int JOBS = 4_000;

  private static final int FEW = 20;

  /** Of the second large run, while the first one is at work too. */
  private static final int SOME = 150;

  private final KafkaSettings settings = SharedBroker.settings("fair");
  private final Set<JobId> done = ConcurrentHashMap.newKeySet();
  private final AtomicInteger smallNow = new AtomicInteger();
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger mostSmall = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void a_small_run_does_not_wait_for_a_large_one_which_goes_on_meanwhile(QueueMode queue)
      throws Exception {
    try (Cluster cluster = Cluster.open(settings, queue, 1);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      publisher.publish(new Submission(LARGE, null, Jobs.jobs(LARGE, JOBS), List.of()));
      try (ScriptedWorker worker = new ScriptedWorker(cluster, SLOTS, this::copy)) {
        await().atMost(Duration.ofSeconds(90)).until(() -> done(LARGE) >= SLOTS);
        await() // the group has said how far it is
            .atMost(Duration.ofSeconds(90))
            .until(() -> cluster.lag().ofLane().orElse(0) > FEW);
        long before = done(LARGE);
        long begin = System.nanoTime();

        publisher.publish(new Submission(SMALL, null, Jobs.jobs(SMALL, FEW), List.of()));

        await().atMost(Duration.ofSeconds(90)).until(() -> done(SMALL) == FEW);
        double seconds = (System.nanoTime() - begin) / 1e9;
        long meanwhile = done(LARGE) - before;
        System.out.printf(
            "FairnessTest %s: %d small jobs were done after %.1f s, %d of %d large ones meanwhile,"
                + " %d slots%n",
            queue, FEW, seconds, meanwhile, JOBS, SLOTS);
        assertThat(done(LARGE)).as("of the large run, which was first").isLessThan(JOBS);
        assertThat(meanwhile).as("of the large run meanwhile").isGreaterThan(FEW);
        assertThat(mostSmall.get()).as("at once of the small run").isEqualTo(SLOTS / 4);
        assertThat(most.get()).as("at once").isLessThanOrEqualTo(SLOTS);
        assertThat(worker.engine().begun()).containsAll(done);
      }
      await() // also when nobody is in its group any more
          .atMost(Duration.ofSeconds(90))
          .until(() -> cluster.lag().in(Lane.EXPRESS).ofLane().orElse(-1) == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARE", "CLASSIC"})
  void two_large_runs_have_half_of_the_slots_each_and_a_small_one_overtakes_both(QueueMode queue)
      throws Exception {
    try (Cluster cluster = Cluster.open(settings, queue, 1, Role.WORKER);
        RunPublisher publisher = cluster.publisher(Clock.systemUTC());
        ScriptedWorker worker = new ScriptedWorker(cluster, SLOTS, this::copy)) {
      publisher.publish(new Submission(LARGE, null, Jobs.jobs(LARGE, JOBS), List.of()));
      await().atMost(Duration.ofSeconds(60)).until(() -> done(LARGE) >= SLOTS);
      await() // the group has said how far it is
          .atMost(Duration.ofSeconds(90))
          .until(() -> cluster.lag().ofLane().orElse(0) > JOBS / 2);
      long begin = System.nanoTime();

      publisher.publish(new Submission(OTHER, null, Jobs.jobs(OTHER, JOBS), List.of()));
      await().atMost(Duration.ofSeconds(90)).until(() -> done(OTHER) > 0);
      double first = (System.nanoTime() - begin) / 1e9;
      await() // all slots of the second queue have joined
          .atMost(Duration.ofSeconds(90))
          .until(() -> done(OTHER) >= 2 * FEW);
      long ofLarge = done(LARGE);
      long ofOther = done(OTHER);
      await().atMost(Duration.ofSeconds(90)).until(() -> done(OTHER) >= ofOther + SOME);
      long large = done(LARGE) - ofLarge;
      long other = done(OTHER) - ofOther;
      publisher.publish(new Submission(SMALL, null, Jobs.jobs(SMALL, FEW), List.of()));
      await().atMost(Duration.ofSeconds(90)).until(() -> done(SMALL) == FEW);

      System.out.printf(
          "FairnessTest %s: the second large run began after %.1f s; then %d of its images and %d"
              + " of the first one's%n",
          queue, first, other, large);
      assertThat(List.of(done(LARGE), done(OTHER)))
          .as("neither is through")
          .allMatch(n -> n < JOBS);
      assertThat((double) other / large)
          .as("of the second for one of the first")
          .isBetween(1 / 3.0, 3.0);
      assertThat(most.get()).as("at once").isLessThanOrEqualTo(SLOTS);
      assertThat(worker.engine().begun()).containsAll(done);
      assertThat(cluster.lag().jobs().orElse(0)).as("all queues").isGreaterThan(JOBS);
    }
  }

  private long done(RunId run) {
    return done.stream().filter(id -> id.run().equals(run)).count();
  }

  private void copy(MirrorJob job) throws InterruptedException {
    boolean small = job.id().run().equals(SMALL);
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    if (small) {
      mostSmall.accumulateAndGet(smallNow.incrementAndGet(), Math::max);
    }
    try {
      if (!new CountDownLatch(1).await(LENGTH.toMillis(), TimeUnit.MILLISECONDS)) {
        done.add(job.id());
      }
    } finally {
      now.decrementAndGet();
      if (small) {
        smallNow.decrementAndGet();
      }
    }
  }
}
