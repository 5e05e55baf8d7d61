package io.imagetools.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveBytesTest {
  private final AtomicLong sent = new AtomicLong(700);
  private final List<Progress> shown = new ArrayList<>();
  private final LiveBytes display =
      new LiveBytes(
          new ProgressDisplay() {
            @Override
            public void show(Progress progress) {
              shown.add(progress);
            }

            @Override
            public void close() {
              shown.clear();
            }
          },
          sent::get);

  @Test
  void bytes_that_went_since_the_display_began_are_shown_before_their_job_ends() {
    sent.set(1_700);

    display.show(new Progress(5, 1, 2, 0, 400));

    assertThat(shown).containsExactly(new Progress(5, 1, 2, 0, 1_000));
  }

  @Test
  void what_jobs_have_copied_counts_where_other_programs_sent_it() {
    display.show(new Progress(5, 1, 2, 0, 400));

    assertThat(shown).containsExactly(new Progress(5, 1, 2, 0, 400));
  }
}
