package io.imagetools.collector.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutputClaimTest {
  private final Path directory;

  OutputClaimTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private Path list() {
    return directory.resolve("failed.txt");
  }

  @Test
  void is_one_commands_at_a_time_and_leaves_nothing() throws Exception {
    FailedListFile file = new FailedListFile(list());
    try (OutputClaim first = file.claim()) {
      assertThat(first).isNotNull();
      OutputException taken = catchThrowableOfType(OutputException.class, file::claim);

      assertThat(taken.exitCode()).isEqualTo(ExitCode.ENVIRONMENT);
      assertThat(taken)
          .hasMessageContaining("failed.txt is being written by another image-tools")
          .hasMessageEndingWith("give another name to -o.");
    }
    file.claim().close();

    assertThat(names()).isEmpty();
  }

  @Test
  void the_file_that_a_killed_command_left_is_no_claim() throws Exception {
    Files.createFile(directory.resolve(".failed.txt.lock"));

    new FailedListFile(list()).claim().close();

    assertThat(names()).isEmpty();
  }

  @Test
  void is_of_the_file_that_a_symbolic_link_names() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link.txt"), Path.of("failed.txt"));
    try (OutputClaim first = new FailedListFile(link).claim()) {
      assertThat(first).isNotNull();
      assertThat(OutputClaim.on(list())).isEmpty();
    }
  }

  @Test
  void of_the_null_device_everybody_has_it() throws Exception {
    FailedListFile none = new FailedListFile(Path.of("/dev/null"));
    try (OutputClaim first = none.claim();
        OutputClaim second = none.claim()) {
      assertThat(first).isSameAs(second);
    }
  }

  @Test
  void where_nothing_can_be_locked_everybody_has_it() throws Exception {
    Files.createDirectory(directory.resolve(".failed.txt.lock"));

    try (OutputClaim claim = new FailedListFile(list()).claim()) {
      assertThat(claim).isSameAs(OutputClaim.none());
    }
  }

  /** The file is taken away by whoever ends, while others open it. */
  @Test
  void is_never_two_commands_however_they_come_and_go() throws Exception {
    int threads = 4;
    AtomicInteger holders = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger times = new AtomicInteger();
    CountDownLatch begin = new CountDownLatch(threads);
    Callable<Void> comesAndGoes =
        () -> {
          begin.countDown();
          begin.await();
          for (int i = 0; i < 4000; i++) {
            Optional<OutputClaim> claim = OutputClaim.on(list());
            if (claim.isPresent()) {
              most.accumulateAndGet(holders.incrementAndGet(), Math::max);
              times.incrementAndGet();
              for (int look = 0; look < 20; look++) { // as long as another's coming takes
                assertThat(list()).doesNotExist();
              }
              holders.decrementAndGet();
              claim.get().close();
            }
          }
          return null;
        };
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Void>> all =
          IntStream.range(0, threads).mapToObj(i -> executor.submit(comesAndGoes)).toList();
      for (Future<Void> one : all) {
        one.get();
      }
    } finally {
      executor.shutdownNow();
      assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(most).hasValue(1);
    assertThat(times.get()).isGreaterThan(threads);
    assertThat(names()).isEmpty();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
