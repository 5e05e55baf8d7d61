package io.imagetools.it.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.it.guarantees.Journal.What;
import io.imagetools.it.guarantees.Stage.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A job whose workers are killed one after the other, through no fault of its own. Their other
 * slots are idle: on a share group the broker hands a dead worker's job to those before it finds
 * that they are dead too, so that one death counts as several deliveries.
 */
@Timeout(300)
class InnocentJobTest {
  private static final int DEATHS = 3;

  private static final int BUSY_AND_ASKING = 3;

  private static final Scale ONE_BUSY_SLOT_OF_TWENTY =
      new Scale(
          1,
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofSeconds(6),
          1,
          20,
          Duration.ofSeconds(2),
          Duration.ZERO,
          1,
          Duration.ofMinutes(2));

  /** The third as Kafka is, where an admin has set the group up (docs/kafka-security.md). */
  @ParameterizedTest
  @CsvSource({"SHARE, 25", "CLASSIC, 25", "SHARE, 10"})
  void outlives_workers_that_die_with_idle_slots(
      QueueMode queue, int deliveries, @TempDir Path folder) throws Exception {
    Workload workload = Workload.even(1, ONE_BUSY_SLOT_OF_TWENTY.longest());
    try (Broker broker =
            Broker.in(
                    folder.resolve("broker"), "group.share.max.delivery.count.limit=" + deliveries)
                .awaitServing();
        Stage stage =
            new Stage(
                folder.resolve("innocent-" + queue),
                ONE_BUSY_SLOT_OF_TWENTY,
                queue,
                workload,
                broker)) {
      stage.submit();
      for (int death = 1; death <= DEATHS; death++) {
        Worker victim = stage.start(1).get(0);
        stage.until(
            history ->
                history.of(What.BEGIN).stream().anyMatch(e -> e.who().equals(victim.name())));
        stage.awaitMembers(victim, BUSY_AND_ASKING);
        stage.kill(victim);
      }

      stage.start(1);

      RunLedger ledger = stage.ledger();
      assertThat(ledger.counts().mirrored()).as("%s", ledger.results()).isEqualTo(1);
      assertThat(stage.history().of(What.BEGIN)).hasSize(DEATHS + 1);
      assertThat(stage.history().finished()).isEqualTo(Set.of(1));
    }
  }
}
