package io.imagetools.worker.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.wire.RunCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CancelledRunsTest {
  private static final RunId RUN = new RunId("r1");

  private final CancelledRuns runs =
      new CancelledRuns(new KafkaSettings("127.0.0.1:1", Map.of(), Topics.DEFAULT), "test");

  @Test
  void a_run_is_cancelled_until_it_is_submitted_again() {
    assertThat(runs.test(RUN)).isFalse();
    say(RUN, Run.State.CANCELLED);
    assertThat(runs.test(RUN)).isTrue();
    say(RUN, Run.State.DONE);
    assertThat(runs.test(RUN)).isTrue();
    say(RUN, Run.State.OPEN);
    assertThat(runs.test(RUN)).isFalse();
  }

  @Test
  void a_run_that_is_removed_is_forgotten() {
    say(RUN, Run.State.CANCELLED);
    runs.accept(record("r1", null));
    assertThat(runs.test(RUN)).isFalse();
  }

  @Test
  void records_that_are_no_runs_are_passed_over() {
    runs.accept(record("r1", "{".getBytes(StandardCharsets.UTF_8)));
    runs.accept(record("../..", null));
    runs.accept(record(null, null));
    say(RUN, Run.State.CANCELLED);
    assertThat(runs.test(RUN)).isTrue();
  }

  @Test
  void only_so_many_are_kept() {
    for (int i = 0; i <= CancelledRuns.MOST_RUNS; i++) {
      say(new RunId("r" + i), Run.State.CANCELLED);
    }
    assertThat(runs.test(new RunId("r0"))).isFalse();
    assertThat(runs.test(new RunId("r" + CancelledRuns.MOST_RUNS))).isTrue();
  }

  private void say(RunId id, Run.State state) {
    Run run = new Run(id, Instant.EPOCH, 1, 0, 0, 0, null, state);
    runs.accept(record(id.toString(), RunCodec.encode(run)));
  }

  private static ConsumerRecord<String, byte[]> record(
      @Nullable String key, byte @Nullable [] value) {
    return new ConsumerRecord<>("mirror.runs", 0, 0, key, value);
  }
}
