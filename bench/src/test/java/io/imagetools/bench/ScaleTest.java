package io.imagetools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScaleTest {

  static final Corpus TEN =
      new Corpus(
          Collections.nCopies(10, new Corpus.Image("a", "d", "t", List.of(), "t", List.of())), 0);

  private BrokerProcess broker;
  private List<Way> ways;
  private final Results results = new Results();

  /** For ways that have a broker and are not performed: it ends when its standard input does. */
  static BrokerProcess nobody() throws IOException {
    return new BrokerProcess(new ProcessBuilder("cat").start(), "127.0.0.1:1");
  }

  @BeforeEach
  void makeWays() throws IOException {
    broker = nobody();
    ways = Scale.ways(2, broker);
  }

  @AfterEach
  void end() {
    broker.close();
  }

  private void add(int way, int round, double working) {
    results.add(
        ways.get(way).name(),
        round,
        false,
        new Sample(working + 2, 7, 900, 30, 40, Optional.of(new Slots(1, working, 1, 0))));
  }

  private String text() {
    Duration none = Duration.ZERO;
    return new Scale(
            new Scenario("Title", TEN, TEN, none, SlowProxy.UNLIMITED, 2, ways, List.<Way>of()),
            results)
        .markdown();
  }

  @Test
  void more_workers_are_held_against_one_in_the_same_rounds() {
    add(0, 1, 8);
    add(0, 2, 16);
    add(1, 2, 10);

    assertThat(text())
        .contains("| 1 | 0.94 | 100 % | 14.00 | 7.0 | 900 | 30 | 40 |")
        .contains("| 2 | 1.00 | 80 % | 12.00 | 7.0 | 900 | 30 | 40 |")
        .contains("a worker that is up, registry, -j 2    ####");
  }

  @Test
  void without_one_worker_nobody_knows_what_is_linear() {
    results.failed(ways.get(0).name(), "round 1: ended with status 3");
    add(2, 1, 5);

    assertThat(text())
        .contains("| 1 |  |  |  |  |  |  |  |\n| 2 |  |  |  |  |  |  |  |\n")
        .contains("| 4 | 2.00 |  | 7.00 | 7.0 | 900 | 30 | 40 |\n\n```")
        .contains("No result: a worker that is up, registry, -j 2: round 1: ended with status 3");
    ways = ways.subList(2, 3);
    assertThat(text()).contains("| 4 | 2.00 |  |");
  }
}
