package io.imagetools.worker.engine.registry;

import static io.imagetools.worker.engine.registry.Orders.BLOB;
import static io.imagetools.worker.engine.registry.Orders.DESTINATION;
import static io.imagetools.worker.engine.registry.Orders.OTHER;
import static io.imagetools.worker.engine.registry.Orders.deliver;
import static io.imagetools.worker.engine.registry.Orders.large;
import static io.imagetools.worker.engine.registry.Orders.repository;
import static io.imagetools.worker.engine.registry.Orders.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.BlobNotice;
import io.imagetools.common.job.BlobNotice.State;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** A blob that somebody else is sending, another slot or another worker, is sent once. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD) // what spins heeds no interrupt
class BlobSendersTest {

  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final ExecutorService slots =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work);
            threads.add(thread);
            return thread;
          });

  private final Transfers transfers = new Transfers();

  @AfterEach
  void stop() {
    slots.shutdownNow();
    transfers.close();
  }

  /** Until so many slots wait for who sends. */
  private void awaitWaiting(int count) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> threads.stream().filter(BlobSendersTest::waitsForSender).count() == count);
  }

  private static boolean waitsForSender(Thread thread) {
    return thread.getState() == Thread.State.WAITING
        && Stream.of(thread.getStackTrace())
            .anyMatch(
                frame ->
                    frame.getClassName().equals(BlobErrand.class.getName())
                        && frame.getMethodName().equals("await"));
  }

  /** Uploads wait until they are told to go on. */
  private static class Slow extends ScriptedWrites {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @Override
    public void upload(Repository from, Digest blob, long size, Session session)
        throws MirrorFailure, InterruptedException {
      begun.countDown();
      go.await();
      super.upload(from, blob, size, session);
    }
  }

  @Test
  void an_upload_opened_for_nothing_is_abandoned_when_another_worker_was_first() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    writes.has(repository("c"), OTHER);
    FleetBlobs fleet = losing();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, fleet);
    deliver(delivery, Orders.of(OTHER, "c", 5)); // known from then on to say what is there
    Future<Fate> fate = slots.submit(() -> deliver(delivery, large("a")));
    await().atMost(Duration.ofMinutes(2)).until(() -> writes.asked().contains("abandon a"));

    writes.has(repository("b"), BLOB);
    fleet.heard(another(State.THERE), Instant.now());

    assertThat(fate.get()).isEqualTo(Fate.MOUNTED);
    assertThat(writes.asked()).containsExactly("mount c c", "mount a a", "abandon a", "mount b a");
    fleet.alone();
  }

  /** Another worker is always heard of before this one. */
  private static FleetBlobs losing() {
    FleetBlobs fleet = Alone.blobs();
    fleet.tell(
        notice -> {
          if (notice.state() == State.SENDING) {
            fleet.heard(another(State.SENDING), Instant.now());
            fleet.heard(notice, Instant.now());
          }
        });
    return fleet;
  }

  private static BlobNotice another(State state) {
    List<Repository> places = state == State.THERE ? List.of(repository("b")) : List.of();
    return new BlobNotice(DESTINATION, BLOB, state, places, "claim", "another", Instant.now());
  }

  @Test
  void a_place_in_a_part_that_refused_the_mount_does_not_end_the_wait() throws Exception {
    ScriptedWrites writes = ScriptedWrites.refusing("q/1", false);
    FleetBlobs fleet = Alone.blobs();
    fleet.tell(notice -> fleet.heard(notice, Instant.now()));
    fleet.heard(another(State.SENDING), Instant.now());
    BlobDelivery delivery = new BlobDelivery(transfers, writes, fleet);
    delivery.seen(repository("q/1"), BLOB);

    Future<Fate> fate = slots.submit(() -> deliver(delivery, large("a/1")));

    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofMinutes(2))
        .until(() -> threads.get(0).getState() == Thread.State.TIMED_WAITING);
    assertThat(writes.asked()).containsExactly("mount q/1 a/1", "has a/1");
    fleet.heard(another(State.GIVEN_UP), Instant.now());
    assertThat(fate.get()).isEqualTo(Fate.COPIED);
  }

  @Test
  void what_another_slot_sends_comes_last() throws Exception {
    Slow writes =
        new Slow() {
          @Override
          public void upload(Repository from, Digest blob, long size, Session session)
              throws MirrorFailure, InterruptedException {
            if (blob.equals(OTHER)) {
              has(session.repository(), blob);
            } else {
              super.upload(from, blob, size, session);
            }
          }
        };
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    Future<?> one = slots.submit(() -> delivery.deliver(asManyAsGoAtOnce("a")));
    await().atMost(Duration.ofMinutes(2)).until(() -> begun(writes) == Transfers.MOST_OF_AN_IMAGE);
    List<BlobDelivery.Order> orders = new ArrayList<>(asManyAsGoAtOnce("b"));
    BlobDelivery.Order own = Orders.of(OTHER, "b", 5);
    orders.add(own);
    Future<Map<BlobDelivery.Order, Fate>> other = slots.submit(() -> delivery.deliver(orders));
    await().atMost(Duration.ofMinutes(2)).until(() -> writes.hasBlob(repository("b"), OTHER));

    writes.go.countDown();

    assertThat(one.get()).isNotNull();
    assertThat(other.get())
        .containsEntry(own, Fate.COPIED)
        .containsEntry(orders.get(0), Fate.MOUNTED);
  }

  private static List<BlobDelivery.Order> asManyAsGoAtOnce(String path) {
    List<BlobDelivery.Order> orders = new ArrayList<>();
    for (int number = 0; number < Transfers.MOST_OF_AN_IMAGE; number++) {
      orders.add(Orders.of(Digest.sha256("blob " + number), path, 4));
    }
    return orders;
  }

  private static long begun(ScriptedWrites writes) {
    return writes.asked().stream().filter("mount a a"::equals).count();
  }

  @Test
  void a_place_that_is_left_is_tried_though_another_worker_sends_it_too() throws Exception {
    ScriptedWrites writes = ScriptedWrites.refusing("x", true);
    writes.has(repository("y"), BLOB);
    FleetBlobs fleet = Alone.blobs();
    fleet.tell(notice -> {});
    fleet.heard(another(State.SENDING), Instant.now());
    BlobDelivery delivery = new BlobDelivery(transfers, writes, fleet);
    delivery.seen(repository("y"), BLOB);
    delivery.seen(repository("x"), BLOB);

    assertThat(deliver(delivery, large("a"))).isEqualTo(Fate.MOUNTED);

    assertThat(writes.asked()).endsWith("mount y a", "abandon a");
    fleet.alone();
  }

  @Test
  void who_was_refused_a_mount_and_the_turn_mounts_from_who_had_it() throws Exception {
    ScriptedWrites writes = ScriptedWrites.refusing("x", true);
    FleetBlobs fleet = losing();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, fleet);
    delivery.seen(repository("x"), BLOB);
    Future<Fate> fate = slots.submit(() -> deliver(delivery, large("a")));
    await().atMost(Duration.ofMinutes(2)).until(() -> writes.asked().contains("abandon a"));

    writes.has(repository("b"), BLOB);
    fleet.heard(another(State.THERE), Instant.now());

    assertThat(fate.get()).isEqualTo(Fate.MOUNTED);
    assertThat(writes.asked()).endsWith("mount b a");
    fleet.alone();
  }

  @Test
  void a_large_blob_that_is_there_is_not_waited_for() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    writes.has(repository("a"), BLOB);
    FleetBlobs fleet = Alone.blobs();
    fleet.tell(notice -> {});
    fleet.heard(another(State.SENDING), Instant.now());

    assertThat(deliver(new BlobDelivery(transfers, writes, fleet), large("a")))
        .isEqualTo(Fate.SKIPPED);

    assertThat(writes.asked()).containsExactly("has a");
    fleet.alone();
  }

  @Test
  void slots_that_want_the_same_blob_wait_for_the_one_that_sends_it() throws Exception {
    Slow writes = new Slow();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    List<Future<Fate>> fates = new ArrayList<>();
    for (String path : List.of("a", "b", "c", "d")) {
      fates.add(slots.submit(() -> deliver(delivery, to(path))));
    }
    awaitWaiting(3);

    writes.go.countDown();

    List<Fate> found = new ArrayList<>();
    for (Future<Fate> fate : fates) {
      found.add(fate.get());
    }
    assertThat(found)
        .containsExactlyInAnyOrder(Fate.COPIED, Fate.MOUNTED, Fate.MOUNTED, Fate.MOUNTED);
  }

  @Test
  void slots_that_fill_the_same_repository_find_it_there() throws Exception {
    Slow writes = new Slow();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    Future<Fate> one = slots.submit(() -> deliver(delivery, to("a")));
    writes.begun.await();
    Future<Fate> other = slots.submit(() -> deliver(delivery, to("a")));
    awaitWaiting(1);

    writes.go.countDown();

    assertThat(one.get()).isEqualTo(Fate.COPIED);
    assertThat(other.get()).isEqualTo(Fate.SKIPPED);
  }

  @Test
  void when_the_sender_fails_the_next_one_sends() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Slow writes =
        new Slow() {
          @Override
          public void upload(Repository from, Digest blob, long size, Session session)
              throws MirrorFailure, InterruptedException {
            boolean first = attempts.getAndIncrement() == 0;
            super.upload(from, blob, size, session);
            if (first) {
              throw new MirrorFailure(FailureKind.NETWORK, "reset");
            }
          }

          @Override
          void has(Repository repository, Digest blob) {
            if (attempts.get() > 1) {
              super.has(repository, blob);
            }
          }
        };
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    Future<MirrorFailure> one =
        slots.submit(
            () -> catchThrowableOfType(MirrorFailure.class, () -> deliver(delivery, to("a"))));
    writes.begun.await();
    Future<Fate> other = slots.submit(() -> deliver(delivery, to("b")));
    awaitWaiting(1);

    writes.go.countDown();

    assertThat(one.get().kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(other.get()).isEqualTo(Fate.COPIED);
  }
}
