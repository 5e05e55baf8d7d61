package io.imagetools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.testing.RegistryServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measure of all others does the whole job, and no more than it says. */
class FloorTest {

  private static final Duration LATENCY = Duration.ofMillis(2);

  @TempDir private Path folder;

  @Test
  void it_mirrors_a_corpus_and_counts_what_it_asks() throws Exception {
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer destination = new RegistryServer().start();
        SlowProxy slow = new SlowProxy(destination.host(), LATENCY, SlowProxy.UNLIMITED)) {
      Corpus corpus = new CorpusMaker(source.host(), "test", 3, 30_000).make();
      Target target = new Target(folder, folder, source.host(), slow.host(), corpus, corpus);
      target.write();
      int before = source.requests().size();

      for (boolean unchanged : List.of(false, true)) {
        Floor.main(
            new String[] {target.source(), target.destination(), "" + target.steps(unchanged)});
      }

      // 6 base layers, 12 of their own, 6 configs; 2 more repositories for each base layer.
      assertThat(corpus.steps().filter(step -> step.kind() == Step.Kind.BLOB)).hasSize(24);
      assertThat(corpus.steps().filter(step -> step.kind() == Step.Kind.MOUNT)).hasSize(12);
      assertThat(source.requests()).hasSize(before + 24 + 6 + 3 + 3);
      assertThat(destination.requests()).hasSize(24 * 2 + 12 + 6 + 3 + 3);
      assertThat(destination.requests()).allMatch(request -> request.status() < 400);
    }
  }
}
