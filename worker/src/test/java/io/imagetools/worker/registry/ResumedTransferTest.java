package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.Fault;
import io.imagetools.testing.Fault.End;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ProxiedRequest;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A transfer that breaks off goes on where it was, as far as real registries can; in bytes. */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResumedTransferTest {

  private static final int LAYER = 2_000_000;
  private static final int PART = 300_000;
  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofSeconds(60), Duration.ofMinutes(2));

  private final RegistryServer sourceServer = new RegistryServer().start();
  private final RegistryServer destinationServer = new RegistryServer().start();
  private final FaultyProxy source = new FaultyProxy(sourceServer);
  private final FaultyProxy destination = new FaultyProxy(destinationServer);
  private final RegistryClient client =
      ImpatientClient.of(Set.of(registry(source), registry(destination)), Duration.ofSeconds(60));
  private final PushedImage image =
      new ImageCorpus(sourceServer).withLayerBytes(LAYER).ociImage("a/b", "1");
  private final Digest layer = Digest.parse(image.manifest().blobs().get(1));
  private final Repository from = new Repository(registry(source), "a/b");
  private final AtomicInteger number = new AtomicInteger();
  private final long size = sizeOfLayer();
  private Repository to = new Repository(registry(destination), "none");

  private static Registry registry(FaultyProxy proxy) {
    return new Registry(proxy.host());
  }

  private long sizeOfLayer() {
    try {
      return client.blob(new Repository(registry(source), "a/b"), layer, 4 * LAYER).length;
    } catch (MirrorFailure | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void elsewhere() {
    to = new Repository(registry(destination), "to/r" + number.incrementAndGet());
    source.well();
  }

  @AfterEach
  void mend() {
    source.well();
    destination.well();
  }

  @AfterAll
  void stop() {
    client.close();
    source.close();
    destination.close();
    sourceServer.close();
    destinationServer.close();
  }

  private void upload(long partBytes) throws MirrorFailure, InterruptedException {
    RegistryWrites writes = client.writes(LIMITS, partBytes);
    writes.upload(from, layer, size, writes.open(to));
  }

  private void assertArrived() throws MirrorFailure, InterruptedException {
    assertThat(client.blob(to, layer, 4 * LAYER)).hasSize((int) size);
  }

  private static long sent(List<ProxiedRequest> requests) {
    return requests.stream().mapToLong(ProxiedRequest::sent).sum();
  }

  @Test
  void a_transfer_that_takes_long_says_how_many_bytes_of_how_many_are_done() throws Exception {
    destination.nth(2, "PATCH", "/blobs/uploads/", new Fault.Delay(Duration.ofSeconds(3)));
    Logger logger = (Logger) LoggerFactory.getLogger(BlobTransfer.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    try {
      Duration often = Duration.ofMillis(200);
      RegistryWrites writes =
          client.writes(new RegistryWrites.Limits(LIMITS.stall(), LIMITS.whole(), often), 1 << 20);
      writes.upload(from, layer, size, writes.open(to));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }

    assertThat(List.copyOf(log.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(
            line -> line.matches(layer + " to " + to + ": .* MiB of 1\\.9 MiB \\(.*, .*/s\\."));
    assertArrived();
  }

  @ParameterizedTest
  @ValueSource(longs = {PART, Long.MAX_VALUE})
  void a_source_that_breaks_off_is_asked_for_the_rest_only(long partBytes) throws Exception {
    source.nth(1, "GET", "/blobs/", new Fault.InAnswer(700_000, End.CLOSE));
    source.nth(1, "GET", "/blobs/", new Fault.InAnswer(800_000, End.CLOSE));
    long before = client.sentBytes();

    upload(partBytes);

    List<ProxiedRequest> asked = source.requests("GET", "/blobs/");
    assertThat(asked)
        .extracting(ProxiedRequest::received)
        .containsExactly(700_000L, 800_000L, size - 1_500_000);
    assertThat(asked)
        .extracting(ProxiedRequest::range)
        .containsExactly("", "bytes=700000-", "bytes=1500000-");
    assertThat(destination.requests("POST", "/uploads/")).hasSize(1);
    assertThat(
            sent(destination.requests("PATCH", "/uploads/"))
                + sent(destination.requests("PUT", "/uploads/")))
        .isEqualTo(size)
        .isEqualTo(client.sentBytes() - before);
    assertArrived();
  }

  @Test
  void a_source_that_resets_is_not_read_from_its_beginning_again() throws Exception {
    source.nth(1, "GET", "/blobs/", new Fault.InAnswer(1_500_000, End.RESET));

    upload(Long.MAX_VALUE);

    List<ProxiedRequest> asked = source.requests("GET", "/blobs/");
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1).range()).isNotEmpty();
    assertThat(asked.get(1).received()).isPositive().isLessThan(size);
    assertArrived();
  }

  @Test
  void a_source_whose_rest_is_wrong_is_not_believed() throws Exception {
    source.nth(1, "GET", "/blobs/", new Fault.InAnswer(700_000, End.CLOSE));
    source.nth(1, "GET", "/blobs/", new Fault.AnswerCorrupted(1000));

    MirrorFailure failure = catchThrowableOfType(MirrorFailure.class, () -> upload(Long.MAX_VALUE));

    assertThat(failure.kind()).isEqualTo(FailureKind.DIGEST_MISMATCH);
    assertThat(client.writes(LIMITS).hasBlob(to, layer)).isFalse();
  }

  @Test
  void a_source_that_ends_at_the_same_place_again_and_again_is_given_up() {
    source.always("GET", "/blobs/", new Fault.InAnswer(1000, End.CLOSE));

    MirrorFailure failure = catchThrowableOfType(MirrorFailure.class, () -> upload(Long.MAX_VALUE));

    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure.registry()).isEqualTo(registry(source));
    assertThat(source.requests("GET", "/blobs/")).hasSize(Breaks.MOST + 1);
  }

  @Test
  void a_destination_that_breaks_off_between_parts_gets_the_rest_only() throws Exception {
    destination.nth(4, "PATCH", "/uploads/", new Fault.BeforeAnswer(End.RESET));

    upload(PART);

    assertThat(destination.requests("POST", "/uploads/")).hasSize(1);
    assertThat(destination.requests("GET", "/uploads/")).hasSize(1);
    assertThat(sent(destination.requests("PATCH", "/uploads/"))).isEqualTo(size);
    assertArrived();
  }

  /**
   * This registry gives an upload up whose part broke off; others keep what came. It does so a
   * little after the reset: who asks before that is told to go on at byte 0, tries, and only then
   * learns that the upload is gone.
   */
  @ParameterizedTest
  @ValueSource(longs = {PART, Long.MAX_VALUE})
  void an_upload_that_the_registry_lost_is_begun_anew(long partBytes) throws Exception {
    String method = partBytes == PART ? "PATCH" : "PUT";
    destination.nth(1, method, "/uploads/", new Fault.InRequest(100_000, End.RESET));

    upload(partBytes);

    assertThat(destination.requests("POST", "/uploads/")).hasSize(2);
    assertThat(source.requests("GET", "/blobs/")).hasSizeBetween(2, 3);
    assertArrived();
  }

  @Test
  void an_upload_that_the_registry_does_not_know_is_begun_anew() throws Exception {
    destination.nth(2, "PATCH", "/uploads/", Fault.error(404, "BLOB_UPLOAD_UNKNOWN"));
    destination.nth(1, "GET", "/uploads/", Fault.error(404, "BLOB_UPLOAD_UNKNOWN"));

    upload(PART);

    assertThat(destination.requests("POST", "/uploads/")).hasSize(2);
    assertArrived();
  }

  /** As a proxy says it, or another instance of the registry: that says nothing of parts. */
  @ParameterizedTest
  @ValueSource(ints = {404, 410})
  void an_upload_that_is_gone_between_parts_is_begun_anew_in_parts(int status) throws Exception {
    Fault gone = new Fault.Answered(status, "", Map.of());
    destination.nth(2, "PATCH", "/uploads/", gone).nth(1, "GET", "/uploads/", gone);

    try (RegistryClient another = another()) {
      RegistryWrites writes = another.writes(LIMITS, PART);
      writes.upload(from, layer, size, writes.open(to));
      assertArrived();
      elsewhere();
      writes.upload(from, layer, size, writes.open(to));
    }

    assertThat(destination.requests("POST", "/uploads/")).hasSize(3);
    assertThat(sent(destination.requests("PUT", "/uploads/"))).isZero();
    assertArrived();
  }

  /** As behind a balancer, of instances that know nothing of each other's uploads. */
  @Test
  void a_registry_that_loses_each_upload_after_a_part_gets_it_in_one_piece() throws Exception {
    Fault gone = new Fault.Answered(404, "", Map.of());
    destination.always("GET", "/uploads/", gone);
    for (int second = 2; second <= 2 * (Breaks.MOST + 2); second += 2) {
      destination.nth(second, "PATCH", "/uploads/", gone);
    }

    try (RegistryClient another = another()) {
      RegistryWrites writes = another.writes(LIMITS, PART);
      writes.upload(from, layer, size, writes.open(to));
    }

    assertThat(sent(destination.requests("PUT", "/uploads/"))).isEqualTo(size);
    assertArrived();
  }

  /** As a proxy says it, or another instance of the registry: 404 and nothing more. */
  @Test
  void an_upload_that_is_gone_when_it_is_completed_is_begun_anew() throws Exception {
    Fault gone = new Fault.Answered(404, "", Map.of());
    destination.nth(1, "PUT", "/uploads/", gone).nth(1, "GET", "/uploads/", gone);

    upload(Long.MAX_VALUE);

    assertThat(destination.requests("POST", "/uploads/")).hasSize(2);
    assertArrived();
  }

  /** The upload is completed and its answer lost: the look that would tell so is denied. */
  @Test
  void a_blob_that_may_not_be_looked_for_after_a_break_is_sent_again() throws Exception {
    destination.nth(1, "PUT", "/uploads/", new Fault.AnswerLost());
    destination.always("HEAD", "/blobs/", Fault.error(403, "DENIED"));

    upload(Long.MAX_VALUE);

    assertThat(destination.requests("POST", "/uploads/")).hasSize(2);
    assertArrived();
  }

  @Test
  void a_wrong_position_is_corrected_by_asking() throws Exception {
    destination.nth(3, "PATCH", "/uploads/", Fault.error(416, "BLOB_UPLOAD_INVALID"));

    upload(PART);

    assertThat(destination.requests("POST", "/uploads/")).hasSize(1);
    assertThat(sent(destination.requests("PATCH", "/uploads/"))).isEqualTo(size);
    assertArrived();
  }

  @ParameterizedTest
  @ValueSource(longs = {PART, Long.MAX_VALUE})
  void a_blob_whose_last_answer_got_lost_is_not_sent_again(long partBytes) throws Exception {
    destination.nth(1, "PUT", "/uploads/", new Fault.AnswerLost());

    upload(partBytes);

    assertThat(destination.requests("PUT", "/uploads/")).hasSize(1);
    assertThat(destination.requests("POST", "/uploads/")).hasSize(1);
    assertArrived();
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 405})
  void a_registry_that_takes_no_parts_gets_the_blob_in_one_piece(int status) throws Exception {
    destination.always("PATCH", "/uploads/", Fault.error(status, "UNSUPPORTED"));

    uploadByAnother();

    assertThat(sent(destination.requests("PUT", "/uploads/"))).isEqualTo(size);
    assertArrived();
  }

  @Test
  void a_registry_that_hangs_up_within_each_part_gets_the_blob_in_one_piece() throws Exception {
    destination.always("PATCH", "/uploads/", new Fault.InRequest(100_000, End.RESET));

    uploadByAnother();

    assertThat(sent(destination.requests("PUT", "/uploads/"))).isEqualTo(size);
    assertArrived();
  }

  /** What it learns of the registry is not known in the other tests. */
  private void uploadByAnother() throws MirrorFailure, InterruptedException {
    try (RegistryClient another = another()) {
      RegistryWrites writes = another.writes(LIMITS, PART);
      writes.upload(from, layer, size, writes.open(to));
    }
  }

  private RegistryClient another() {
    return new RegistryClient(
        CredentialLookup.NONE,
        new Hosts(Set.of(registry(source), registry(destination))),
        new Transport(Map.of(), Transport.Timeouts.DEFAULT),
        Clock.systemUTC());
  }

  @Test
  void a_token_that_ends_between_parts_costs_no_part() throws Exception {
    destination.wantTokens().nth(3, "PATCH", "/uploads/", new Fault.TokensEnd());

    uploadByAnother();

    assertThat(destination.tokensGiven()).isGreaterThan(1);
    assertThat(sent(destination.requests("PATCH", "/uploads/"))).isEqualTo(size);
  }
}
