package io.imagetools.worker.engine.registry;

import static io.imagetools.worker.engine.registry.Orders.BLOB;
import static io.imagetools.worker.engine.registry.Orders.OTHER;
import static io.imagetools.worker.engine.registry.Orders.deliver;
import static io.imagetools.worker.engine.registry.Orders.repository;
import static io.imagetools.worker.engine.registry.Orders.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cheapest way to a blob. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD) // what spins heeds no interrupt
class BlobDeliveryTest {

  private final Transfers transfers = new Transfers();

  @AfterEach
  void stop() {
    transfers.close();
  }

  @Test
  void what_is_there_is_left_alone() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    writes.has(repository("a"), BLOB);

    assertThat(deliver(new BlobDelivery(transfers, writes, Alone.blobs()), to("a")))
        .isEqualTo(Fate.SKIPPED);
    assertThat(writes.asked()).containsExactly("mount a a");
  }

  @Test
  void what_was_sent_is_mounted_from_then_on() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);
    assertThat(deliver(delivery, to("b"))).isEqualTo(Fate.MOUNTED);

    // The second asks what the first answer was worth, once for a registry.
    assertThat(writes.asked())
        .containsExactly("mount a a", "upload mount a", "mount a a", "mount a b");
  }

  @Test
  void a_mount_that_opens_an_upload_instead_has_it_used() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    delivery.seen(repository("gone"), BLOB);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked()).containsExactly("mount gone a", "has a", "upload mount a");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_mount_that_is_refused_takes_away_one_place_of_several(boolean opens) throws Exception {
    ScriptedWrites writes = ScriptedWrites.refusing("x", opens);
    writes.has(repository("y"), BLOB);
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    delivery.seen(repository("y"), BLOB);
    delivery.seen(repository("x"), BLOB);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.MOUNTED);

    assertThat(writes.asked()).containsSubsequence("mount x a", "has a", "mount y a");
  }

  /** As where each has a login of its own. */
  private static ScriptedWrites inPartsOfTheirOwn() {
    return new ScriptedWrites() {
      @Override
      public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
        boolean own = from.path().charAt(0) == to.path().charAt(0);
        return own ? super.mount(to, blob, from) : new Mount(false, null);
      }
    };
  }

  /** However many of another part have it: the last one is in the part of the first. */
  @Test
  void the_only_place_of_a_part_is_not_forgotten_for_many_of_another() throws Exception {
    BlobDelivery delivery = new BlobDelivery(transfers, inPartsOfTheirOwn(), Alone.blobs());
    deliver(delivery, to("p/1"));
    for (int number = 1; number <= KnownBlobs.MAX_PLACES + 1; number++) {
      deliver(delivery, to("q/" + number));
    }

    assertThat(deliver(delivery, to("p/2"))).isEqualTo(Fate.MOUNTED);
  }

  @Test
  void many_parts_in_turn_send_a_blob_once_each() throws Exception {
    BlobDelivery delivery = new BlobDelivery(transfers, inPartsOfTheirOwn(), Alone.blobs());
    for (String part : List.of("p", "q", "r", "s", "t", "u")) {
      assertThat(deliver(delivery, to(part + "/1"))).isEqualTo(Fate.COPIED);
    }
    for (String part : List.of("p", "q", "r", "s", "t", "u")) {
      assertThat(deliver(delivery, to(part + "/2"))).isEqualTo(Fate.MOUNTED);
    }
  }

  /** Two requests for each blob, in vain. */
  @Test
  void who_mounts_nothing_within_a_part_is_not_asked_to_mount_from_another() throws Exception {
    ScriptedWrites writes = ScriptedWrites.mountingNothing();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    for (String repository : List.of("p/1", "q/1", "q/2")) {
      deliver(delivery, to(repository));
    }

    assertThat(writes.asked()).contains("mount q/1 q/2").doesNotContain("mount p/1 q/2");
  }

  @Test
  void parts_of_a_registry_that_mount_nothing_from_one_another_mount_their_own() throws Exception {
    ScriptedWrites writes = inPartsOfTheirOwn();
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    List<Fate> fates = new ArrayList<>();
    for (String repository : List.of("p/1", "q/1", "p/2", "q/2", "r/1", "p/3")) {
      fates.add(deliver(delivery, to(repository)));
    }

    assertThat(fates)
        .containsExactly(
            Fate.COPIED, Fate.COPIED, Fate.MOUNTED, Fate.MOUNTED, Fate.COPIED, Fate.MOUNTED);
  }

  @Test
  void of_other_parts_of_a_registry_one_place_is_tried() throws Exception {
    ScriptedWrites writes = failing(FailureKind.DENIED);
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    delivery.seen(repository("p/1"), BLOB);
    delivery.seen(repository("q/1"), BLOB);

    assertThat(deliver(delivery, to("a/1"))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked())
        .startsWith("mount q/1 a/1", "mount a/1 a/1")
        .doesNotContain("mount p/1 a/1");
  }

  @Test
  void a_registry_that_mounts_nothing_from_a_repository_to_itself_is_asked_by_head()
      throws Exception {
    ScriptedWrites writes =
        new ScriptedWrites() {
          @Override
          public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
            super.mount(to, blob, from);
            return new Mount(false, null);
          }
        };
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);
    assertThat(deliver(delivery, Orders.of(OTHER, "a", 5))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked())
        .containsExactly(
            "mount a a", "has a", "open a", "upload open a", "has a", "open a", "upload open a");
  }

  @Test
  void a_registry_that_breaks_down_over_it_is_asked_by_head_the_next_time() throws Exception {
    ScriptedWrites writes =
        new ScriptedWrites() {
          @Override
          public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
            throw new MirrorFailure(FailureKind.REGISTRY_UNAVAILABLE, "500");
          }
        };
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());

    assertThat(catchThrowableOfType(MirrorFailure.class, () -> deliver(delivery, to("a"))))
        .isNotNull();
    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked()).containsExactly("has a", "open a", "upload open a");
  }

  /** A registry that does not know how to refuse a mount. */
  private static ScriptedWrites failing(FailureKind kind) {
    return new ScriptedWrites() {
      @Override
      public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
        Mount answer = super.mount(to, blob, from);
        if (!from.equals(to)) {
          throw new MirrorFailure(kind, "no mount");
        }
        return answer;
      }
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"REGISTRY_UNAVAILABLE", "UNAUTHORIZED", "DENIED"})
  void a_mount_that_goes_wrong_takes_away_its_place_and_the_blob_is_sent(FailureKind kind)
      throws Exception {
    ScriptedWrites writes = failing(kind);
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    delivery.seen(repository("y"), BLOB);
    delivery.seen(repository("x"), BLOB);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked())
        .containsExactly("mount x a", "has a", "mount y a", "open a", "upload open a");
  }

  @ParameterizedTest
  @EnumSource(names = {"RATE_LIMITED", "NETWORK", "TIMEOUT"})
  void a_mount_that_comes_too_often_or_breaks_is_left_to_a_later_attempt(FailureKind kind) {
    ScriptedWrites writes = failing(kind);
    BlobDelivery delivery = new BlobDelivery(transfers, writes, Alone.blobs());
    delivery.seen(repository("x"), BLOB);

    assertThat(catchThrowableOfType(MirrorFailure.class, () -> deliver(delivery, to("a"))).kind())
        .isEqualTo(kind);

    assertThat(writes.asked()).containsExactly("mount x a");
  }

  @Test
  void within_one_registry_the_source_is_where_to_mount_from() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    writes.has(repository("app"), BLOB);

    Fate fate =
        deliver(
            new BlobDelivery(transfers, writes, Alone.blobs()),
            new BlobDelivery.Order(repository("app"), repository("copy"), BLOB, 4));

    assertThat(fate).isEqualTo(Fate.MOUNTED);
  }
}
