package io.imagetools.worker.engine.registry;

import static io.imagetools.worker.engine.registry.Orders.BLOB;
import static io.imagetools.worker.engine.registry.Orders.OTHER;
import static io.imagetools.worker.engine.registry.Orders.deliver;
import static io.imagetools.worker.engine.registry.Orders.large;
import static io.imagetools.worker.engine.registry.Orders.repository;
import static io.imagetools.worker.engine.registry.Orders.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the answer to a mount from a repository to itself is worth. */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD) // what spins heeds no interrupt
class SelfMountsTest {

  private static final Digest THIRD = Digest.sha256("third");

  private final Transfers transfers = new Transfers();

  @AfterEach
  void stop() {
    transfers.close();
  }

  private BlobDelivery delivery(ScriptedWrites writes) {
    return new BlobDelivery(transfers, writes, Alone.blobs());
  }

  @Test
  void two_tags_with_the_same_layer_make_one_upload_where_nothing_is_ever_mounted()
      throws Exception {
    ScriptedWrites writes = ScriptedWrites.mountingNothing();
    BlobDelivery delivery = delivery(writes);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);
    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.SKIPPED);

    assertThat(writes.asked())
        .containsExactly("mount a a", "upload mount a", "mount a a", "abandon a", "has a");
  }

  @Test
  void where_nothing_is_ever_mounted_what_an_earlier_run_left_is_found_as_well() throws Exception {
    ScriptedWrites writes = ScriptedWrites.mountingNothing();
    writes.has(repository("a"), OTHER);
    BlobDelivery delivery = delivery(writes);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);
    assertThat(deliver(delivery, Orders.of(OTHER, "a", 5))).isEqualTo(Fate.SKIPPED);
  }

  @Test
  void a_registry_that_tells_the_truth_costs_one_request_more_and_none_for_each_blob()
      throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    BlobDelivery delivery = delivery(writes);

    for (Digest blob : List.of(BLOB, OTHER, THIRD)) {
      assertThat(deliver(delivery, Orders.of(blob, "a", 4))).isEqualTo(Fate.COPIED);
    }

    assertThat(writes.asked())
        .containsExactly(
            "mount a a",
            "upload mount a",
            "mount a a", // the one more
            "mount a a",
            "upload mount a",
            "mount a a",
            "upload mount a");
  }

  @Test
  void blobs_that_are_sent_at_once_have_one_of_them_tried() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();

    delivery(writes).deliver(List.of(to("a"), Orders.of(OTHER, "a", 4), Orders.of(THIRD, "a", 4)));

    assertThat(writes.asked()).filteredOn("mount a a"::equals).hasSize(3 + 1);
  }

  @Test
  void a_registry_that_has_said_what_is_there_need_not_be_tried() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    writes.has(repository("a"), OTHER);
    BlobDelivery delivery = delivery(writes);

    assertThat(deliver(delivery, Orders.of(OTHER, "a", 5))).isEqualTo(Fate.SKIPPED);
    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked()).containsExactly("mount a a", "mount a a", "upload mount a");
  }

  @Test
  void large_blobs_are_asked_for_by_head_until_it_is_known_what_a_mount_is_worth()
      throws Exception {
    ScriptedWrites writes = ScriptedWrites.mountingNothing();
    writes.has(repository("a"), BLOB);
    BlobDelivery delivery = delivery(writes);

    assertThat(deliver(delivery, large("a"))).isEqualTo(Fate.SKIPPED);

    assertThat(writes.asked()).containsExactly("has a");
  }

  @Test
  void what_is_said_to_be_there_is_asked_for_by_head_until_then() throws Exception {
    ScriptedWrites writes = ScriptedWrites.mountingNothing();
    writes.has(repository("a"), BLOB);
    BlobDelivery delivery = delivery(writes);
    delivery.seen(repository("a"), BLOB);
    delivery.seen(repository("b"), BLOB);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.SKIPPED);

    assertThat(writes.asked()).containsExactly("has a");
  }

  @Test
  void what_is_wrongly_said_to_be_there_is_sent() throws Exception {
    ScriptedWrites writes = new ScriptedWrites();
    BlobDelivery delivery = delivery(writes);
    delivery.seen(repository("a"), BLOB);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked()).containsExactly("has a", "open a", "upload open a");
  }

  /** Amazon ECR with BLOB_MOUNTING mounts what a manifest refers to. */
  @Test
  void a_registry_that_mounts_some_of_what_it_has_is_found_out() throws Exception {
    ScriptedWrites writes =
        new ScriptedWrites() {
          @Override
          public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
            return blob.equals(OTHER) ? super.mount(to, blob, from) : notMounted(to);
          }

          private Mount notMounted(Repository to) {
            note("mount " + to.path(), to);
            return new Mount(false, new Session(to, URI.create("http://mount/session")));
          }
        };
    writes.has(repository("a"), OTHER);
    BlobDelivery delivery = delivery(writes);

    assertThat(deliver(delivery, Orders.of(OTHER, "a", 5))).isEqualTo(Fate.SKIPPED);
    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);
    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.SKIPPED);
    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.SKIPPED);

    assertThat(writes.asked())
        .containsExactly(
            "mount a a", "mount a a", "upload mount a", "mount a a", "has a", "abandon a", "has a");
  }

  @ParameterizedTest
  @EnumSource(names = {"REGISTRY_UNAVAILABLE", "RATE_LIMITED", "NETWORK"})
  void to_try_a_registry_and_get_no_answer_does_not_fail_the_blob(FailureKind kind)
      throws Exception {
    ScriptedWrites writes =
        new ScriptedWrites() {
          @Override
          public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
            Mount answer = super.mount(to, blob, from);
            if (answer.mounted() && blob.equals(BLOB)) {
              throw new MirrorFailure(kind, "not now");
            }
            return answer;
          }
        };
    BlobDelivery delivery = delivery(writes);

    assertThat(deliver(delivery, to("a"))).isEqualTo(Fate.COPIED);
    assertThat(deliver(delivery, Orders.of(OTHER, "a", 5))).isEqualTo(Fate.COPIED);

    assertThat(writes.asked())
        .endsWith(
            kind == FailureKind.REGISTRY_UNAVAILABLE
                ? new String[] {"has a", "open a", "upload open a"}
                : new String[] {"mount a a", "upload mount a", "mount a a"});
  }

  /** Between the look and the right to send it. */
  @Test
  void what_another_slot_has_just_sent_to_the_same_repository_is_not_sent_again() throws Exception {
    ScriptedWrites[] writes = new ScriptedWrites[1];
    BlobDelivery[] delivery = new BlobDelivery[1];
    writes[0] =
        new ScriptedWrites() {
          @Override
          public boolean hasBlob(Repository repository, Digest blob) {
            boolean there = super.hasBlob(repository, blob);
            has(repository, blob);
            delivery[0].seen(repository, blob);
            return there;
          }
        };
    delivery[0] = delivery(writes[0]);
    delivery[0].doubt(Orders.DESTINATION);

    assertThat(deliver(delivery[0], to("a"))).isEqualTo(Fate.SKIPPED);

    assertThat(writes[0].asked()).containsExactly("has a", "has a");
  }
}
