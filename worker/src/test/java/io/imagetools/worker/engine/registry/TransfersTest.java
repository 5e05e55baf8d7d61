package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much of an image is under way at once. */
@Timeout(300)
class TransfersTest {

  private final Transfers transfers = new Transfers();
  private final ExecutorService slots = Executors.newCachedThreadPool();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final CountDownLatch go = new CountDownLatch(1);

  @AfterEach
  void stop() {
    go.countDown();
    transfers.close();
    slots.shutdownNow();
  }

  private void begin(int images) {
    for (int image = 0; image < images; image++) {
      transfers.begin();
    }
  }

  /** An image of thirty blobs, each of which takes until it is told to go on. */
  private Future<?> image() {
    Together.Task blob =
        () -> {
          running.incrementAndGet();
          go.await();
        };
    List<Together.Task> blobs = new ArrayList<>(Collections.nCopies(30, blob));
    return slots.submit(
        () -> {
          transfers.blobs(blobs);
          return null;
        });
  }

  private void assertRunning(int count) {
    await().atMost(Duration.ofMinutes(2)).until(() -> running.get() == count);
    await().during(Duration.ofMillis(200)).until(() -> running.get() == count);
  }

  @ParameterizedTest
  @CsvSource({"1, 12", "2, 12", "3, 8", "6, 4", "20, 4"})
  void the_fewer_images_the_more_of_each(int images, int width) {
    begin(images);

    Future<?> one = image();

    assertRunning(width);
    assertThat(one.isDone()).isFalse();
  }

  @Test
  void all_together_are_bounded() {
    begin(20);

    for (int image = 0; image < 20; image++) {
      assertThat(image().isDone()).isFalse();
    }

    assertRunning(Transfers.MOST);
  }

  @Test
  void manifests_do_not_wait_for_blobs() throws Exception {
    begin(2);
    List<Future<?>> images = List.of(image(), image());
    assertRunning(Transfers.MOST);

    transfers.manifests(List.of(begun::incrementAndGet));

    assertThat(begun.get()).isEqualTo(1);
    assertThat(images).noneMatch(Future::isDone);
  }

  @Test
  void what_others_leave_is_taken_by_who_goes_on() throws Exception {
    begin(6);
    CountDownLatch first = new CountDownLatch(1);
    Together.Task blob =
        () -> {
          if (begun.incrementAndGet() <= 4) {
            first.await();
          } else {
            running.incrementAndGet();
            go.await();
          }
        };
    Future<?> one =
        slots.submit(
            () -> {
              transfers.blobs(Collections.nCopies(30, blob));
              return null;
            });
    await().atMost(Duration.ofMinutes(2)).until(() -> begun.get() == 4);
    for (int image = 0; image < 4; image++) {
      transfers.end();
    }

    first.countDown();

    assertRunning(12);
    go.countDown();
    assertThat(one.get()).isNull();
  }
}
