package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.BlobNotice;
import io.imagetools.common.job.BlobNotice.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may send a large blob, where several workers read what they tell each other in one order. */
@Timeout(300)
class FleetBlobsTest {

  private static final Registry DESTINATION = new Registry("destination:1");
  private static final Digest BLOB = Digest.sha256("a large blob");
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final Duration AT_ONCE = Duration.ofMillis(200);

  /** Nothing runs out while a test looks. */
  private static final Turns.Times PATIENT = new Turns.Times(LONG, LONG, LONG, LONG);

  private final ExecutorService topic = Executors.newSingleThreadExecutor();
  private final ExecutorService slots = Executors.newCachedThreadPool();
  private final List<BlobNotice> told = new CopyOnWriteArrayList<>();
  private final List<FleetBlobs> workers = new ArrayList<>();

  @AfterEach
  void stop() {
    workers.forEach(FleetBlobs::alone);
    topic.shutdownNow();
    slots.shutdownNow();
  }

  private static BlobDelivery.Order to(String path) {
    Repository from = new Repository(new Registry("source:1"), "app");
    return new BlobDelivery.Order(
        from, new Repository(DESTINATION, path), BLOB, FleetBlobs.LEAST_BYTES);
  }

  private static FleetBlobs fleet(String name, Turns.Times times) {
    return new FleetBlobs(Clock.systemUTC(), LONG, name, times);
  }

  /** A worker that tells all, itself included. */
  private FleetBlobs worker(String name, Turns.Times times) {
    FleetBlobs worker = fleet(name, times);
    workers.add(worker);
    worker.tell(notice -> topic.execute(() -> append(notice)));
    return worker;
  }

  private void append(BlobNotice notice) {
    told.add(notice);
    Instant stamped = Instant.now();
    workers.forEach(each -> each.heard(notice, stamped));
  }

  /** Empty: somebody else was first, and has come to an end. */
  private static Optional<FleetBlobs.Claim> ask(FleetBlobs worker, String path, long until)
      throws InterruptedException {
    Optional<FleetBlobs.Claim> claim = worker.claim(to(path), until);
    if (claim.isPresent() && claim.get().stands()) {
      return claim;
    }
    worker.await(to(path), until, () -> worker.known().elsewhere(to(path).to(), BLOB).isPresent());
    return Optional.empty();
  }

  private static Optional<FleetBlobs.Claim> ask(FleetBlobs worker, String path)
      throws InterruptedException {
    return ask(worker, path, worker.patience());
  }

  private Future<Optional<FleetBlobs.Claim>> asking(FleetBlobs worker, String path) {
    return slots.submit(() -> ask(worker, path));
  }

  /** The right to send, of which all have heard. */
  private FleetBlobs.Claim granted(FleetBlobs worker) throws Exception {
    FleetBlobs.Claim claim = ask(worker, "a").orElseThrow();
    allHaveHeard();
    return claim;
  }

  private void allHaveHeard() throws Exception {
    topic.submit(() -> {}).get();
  }

  private static void assertWaiting(Future<?> asked) {
    await().during(AT_ONCE).atMost(SOON).until(() -> !asked.isDone());
  }

  @Test
  void a_second_worker_waits_for_the_first_and_knows_then_where_the_blob_is() throws Exception {
    FleetBlobs one = worker("one", PATIENT);
    FleetBlobs other = worker("other", PATIENT);
    FleetBlobs.Claim claim = granted(one);
    Future<Optional<FleetBlobs.Claim>> second = asking(other, "b");
    assertWaiting(second);

    one.known().seen(to("a").to(), BLOB);
    claim.close();

    assertThat(second.get()).isEmpty();
    assertThat(other.known().elsewhere(to("b").to(), BLOB)).contains(to("a").to());
  }

  @Test
  void of_two_that_ask_at_the_same_moment_one_gets_the_right() throws Exception {
    FleetBlobs one = worker("one", PATIENT);
    FleetBlobs other = worker("other", PATIENT);
    List<Future<Optional<FleetBlobs.Claim>>> asked = List.of(asking(one, "a"), asking(other, "b"));

    await().atMost(SOON).until(() -> asked.stream().anyMatch(Future::isDone));
    await().during(AT_ONCE).atMost(SOON).until(() -> !asked.stream().allMatch(Future::isDone));
    Future<Optional<FleetBlobs.Claim>> first = asked.get(asked.get(0).isDone() ? 0 : 1);
    first.get().orElseThrow().close();

    List<Boolean> granted = new ArrayList<>();
    for (Future<Optional<FleetBlobs.Claim>> each : asked) {
      granted.add(each.get().isPresent());
    }
    assertThat(granted).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void who_gives_up_says_so_and_another_one_gets_the_right() throws Exception {
    FleetBlobs one = worker("one", PATIENT);
    FleetBlobs other = worker("other", PATIENT);
    FleetBlobs.Claim claim = granted(one);
    Future<Optional<FleetBlobs.Claim>> second = asking(other, "b");
    assertWaiting(second);

    claim.close();

    assertThat(second.get()).isEmpty();
    assertThat(ask(other, "b")).isPresent();
    assertThat(told)
        .extracting(BlobNotice::state)
        .containsExactly(State.SENDING, State.GIVEN_UP, State.SENDING);
  }

  @Test
  void a_worker_that_died_is_waited_for_no_longer_than_a_lease() throws Exception {
    Duration lease = Duration.ofMillis(500);
    FleetBlobs dying = worker("dying", PATIENT);
    FleetBlobs other = worker("other", new Turns.Times(lease, LONG, LONG, LONG));
    assertThat(granted(dying)).isNotNull();

    await().atMost(SOON).until(() -> ask(other, "b").isPresent());
  }

  @Test
  void who_sends_for_long_says_so_again_and_again() throws Exception {
    Turns.Times times = new Turns.Times(LONG, Duration.ofMillis(20), LONG, LONG);
    FleetBlobs one = worker("one", times);
    try (FleetBlobs.Claim claim = ask(one, "a").orElseThrow()) {
      assertThat(claim).isNotNull();
      await().atMost(SOON).until(() -> told.size() > 3);
      one.known().seen(to("a").to(), BLOB);
    }
    allHaveHeard();
    assertThat(told.get(told.size() - 1).state()).isEqualTo(State.THERE);
    assertThat(told).extracting(BlobNotice::claim).containsOnly(told.get(0).claim());
  }

  @Test
  void nobody_waits_for_long_for_a_topic_that_does_not_answer() throws Exception {
    Turns.Times times = new Turns.Times(LONG, LONG, AT_ONCE, LONG);
    FleetBlobs one = fleet("one", times);
    List<BlobNotice> lost = new CopyOnWriteArrayList<>();
    one.tell(lost::add);

    assertThat(ask(one, "a")).isPresent();
    assertThat(ask(one, "b")).isPresent();
    one.alone();

    assertThat(lost).extracting(BlobNotice::state).containsOnly(State.SENDING);
  }

  @Test
  void without_anybody_to_tell_each_sends_what_it_needs() throws Exception {
    FleetBlobs one = fleet("one", PATIENT);

    assertThat(ask(one, "a")).isPresent();
    assertThat(ask(one, "b")).isPresent();
  }

  @Test
  void whatever_others_say_they_are_not_waited_for_without_end() throws Exception {
    FleetBlobs one = worker("one", PATIENT);
    FleetBlobs endless = worker("endless", PATIENT);
    assertThat(granted(endless)).isNotNull();

    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    await().atMost(SOON).until(() -> ask(one, "b", until).isPresent());
  }

  @Test
  void a_claim_from_long_ago_is_no_claim() throws Exception {
    FleetBlobs late = fleet("late", new Turns.Times(Duration.ofSeconds(20), LONG, LONG, LONG));
    workers.add(late);
    late.heard(notice(State.SENDING), Instant.now().minus(Duration.ofHours(1)));

    late.tell(notice -> topic.execute(() -> append(notice)));

    assertThat(ask(late, "b")).isPresent();
  }

  @Test
  void what_is_found_to_be_there_is_told_once() throws Exception {
    FleetBlobs one = worker("one", PATIENT);
    FleetBlobs other = worker("other", PATIENT);
    one.known().seen(to("a").to(), BLOB);

    one.there(to("a"));
    one.there(to("a"));
    allHaveHeard();

    assertThat(told).extracting(BlobNotice::state).containsExactly(State.THERE);
    assertThat(other.known().places(DESTINATION, BLOB)).containsExactly(to("a").to());
  }

  /** Or it would be the first when that one has ended, and nobody would end it. */
  @Test
  void a_claim_that_does_not_count_is_not_renewed() throws Exception {
    FleetBlobs one = worker("one", PATIENT);
    FleetBlobs other = worker("other", new Turns.Times(LONG, Duration.ofMillis(20), LONG, LONG));
    CountDownLatch go = new CountDownLatch(1);
    topic.execute(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    FleetBlobs.Claim first = one.claim(to("a"), one.patience()).orElseThrow();
    FleetBlobs.Claim second = other.claim(to("b"), other.patience()).orElseThrow();

    go.countDown();
    allHaveHeard();

    await().during(AT_ONCE).atMost(SOON).until(() -> told.size() == 2);
    first.close();
    allHaveHeard();
    assertThat(second.stands()).isFalse();
    assertThat(other.isClaimed(to("b"), other.patience())).isFalse();
  }

  @Test
  void a_topic_that_answers_after_all_is_heeded_again() throws Exception {
    FleetBlobs one = fleet("one", new Turns.Times(LONG, LONG, AT_ONCE, LONG));
    List<BlobNotice> late = new CopyOnWriteArrayList<>();
    one.tell(late::add);
    assertThat(ask(one, "a")).isPresent();
    one.heard(notice(State.SENDING), Instant.now());
    assertThat(one.isClaimed(to("b"), one.patience())).isFalse();

    one.heard(late.get(0), Instant.now());

    assertThat(one.isClaimed(to("b"), one.patience())).isTrue();
    one.alone();
  }

  private static BlobNotice notice(State state) {
    return new BlobNotice(
        DESTINATION, BLOB, state, List.of(), "some-claim", "somebody", Instant.now());
  }
}
