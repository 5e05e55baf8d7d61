package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.PushedManifest;
import io.imagetools.testing.ReferrerCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.referrers.Referrers;
import io.imagetools.worker.registry.RegistryWrites;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Registries that do not show what is not there. */
@Timeout(300)
class DestinationLooksTest {

  private final RegistryServer sourceServer = new RegistryServer().start();
  private final RegistryServer destinationServer = new RegistryServer().start();
  private final FaultyProxy source = new FaultyProxy(sourceServer);
  private final FaultyProxy destination = new FaultyProxy(destinationServer);
  private final RegistryReader before = new RegistryReader(sourceServer);
  private final RegistryReader arrived = new RegistryReader(destinationServer);
  private final ReferrerCorpus referrers = new ReferrerCorpus(sourceServer.host());
  private final RegistryBench bench =
      RegistryBench.of(
          new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5)),
          Set.of(new Registry(source.host()), new Registry(destination.host())));

  private PushedImage image;

  @BeforeEach
  void push() {
    image = new ImageCorpus(sourceServer).ociIndex("app", "1");
  }

  @AfterEach
  void stop() {
    bench.close();
    source.close();
    destination.close();
    sourceServer.close();
    destinationServer.close();
  }

  private String from() {
    return source.host() + "/app:1";
  }

  private String to() {
    return destination.host() + "/copy:1";
  }

  private void denyAbsent(FaultyProxy registry, String path) {
    List.of("HEAD", "GET").forEach(method -> registry.always(method, path, Fault.absentIsDenied()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "arm64"})
  void the_right_to_push_is_asked_for_once_and_serves_every_request(String platforms)
      throws Exception {
    destination.wantTokensToPush();

    bench.mirror(from(), to(), platforms);

    assertThat(arrived.digest("copy", "1")).isPresent();
    assertThat(destination.tokensGiven()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "arm64"})
  void an_image_arrives_where_what_is_absent_is_denied(String platforms) throws Exception {
    denyAbsent(destination, "/manifests/");

    bench.mirror(from(), to(), platforms);

    assertThat(arrived.read("copy", "1").children()).isNotEmpty();
    assertThat(bench.mirror(from(), to(), platforms).changed()).isFalse();
  }

  /** Large ones are looked for before they are sent. */
  @Test
  void an_image_arrives_where_blobs_that_are_absent_are_denied() throws Exception {
    new ImageCorpus(sourceServer).withLayerBytes(5 << 20).ociIndex("app", "1");
    denyAbsent(destination, "/blobs/sha256");

    bench.mirror(from(), to(), "all");

    assertThat(arrived.read("copy", "1").children()).isNotEmpty();
  }

  @Test
  void what_refers_to_an_image_arrives_where_what_is_absent_is_denied() throws Exception {
    PushedManifest listed = referrers.signature("app", image.manifest(), "listed");
    referrers.list("app", image.manifest(), listed);
    referrers.cosign("app", image.manifest(), "sig", "tagged");
    denyAbsent(destination, "/manifests/");

    bench.mirrorWithReferrers(from(), to(), "all");

    assertThat(arrived.tags("copy")).containsExactlyInAnyOrderElementsOf(before.tags("app"));
    assertThat(arrived.read("copy", ReferrerCorpus.tag(image.digest())).childDigests())
        .containsExactly(listed.digest());
  }

  @Test
  void signatures_that_the_source_denies_are_none_and_that_is_said_once() throws Exception {
    referrers.cosign("app", image.child("linux/arm64"), "sig", "signed");
    denyAbsent(source, "/manifests/sha256-");
    Logger logger = (Logger) LoggerFactory.getLogger(Referrers.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    try {
      bench.mirrorWithReferrers(from(), to(), "all");
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }

    assertThat(log.list)
        .filteredOn(event -> event.getLevel() == Level.WARN)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage, STRING)
        .contains("may be missing", source.host() + "/app:sha256-", "403");
    assertThat(arrived.tags("copy")).containsExactlyInAnyOrderElementsOf(before.tags("app"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_push_that_is_denied_is_the_failure_and_not_the_look_before_it(boolean withReferrers) {
    referrers.cosign("app", image.manifest(), "sig", "signed");
    Fault denied = Fault.error(403, "DENIED");
    List.of("HEAD", "GET", "POST", "PUT")
        .forEach(method -> destination.always(method, "/v2/copy/(manifests|blobs)", denied));

    MirrorFailure failure =
        catchThrowableOfType(
            MirrorFailure.class,
            () -> {
              if (withReferrers) {
                bench.mirrorWithReferrers(from(), to(), "all");
              } else {
                bench.mirror(from(), to(), "all");
              }
            });

    assertThat(failure.kind()).isEqualTo(FailureKind.DENIED);
    assertThat(failure.registry()).hasToString(destination.host());
    assertThat(failure).message().doesNotContain("look up " + to());
  }

  @Test
  void a_tag_that_the_source_denies_is_a_failure() {
    denyAbsent(source, "/manifests/");

    assertThat(bench.failure(source.host() + "/app:absent", to(), "all").kind())
        .isEqualTo(FailureKind.DENIED);
  }

  /** A scanner at the destination leaves a report with each run. */
  @Test
  void however_much_refers_to_the_image_at_the_destination_only() throws Exception {
    PushedManifest signature = referrers.signature("app", image.manifest(), "signed");
    referrers.list("app", image.manifest(), signature);
    String listed =
        Stream.concat(
                IntStream.rangeClosed(1, 1200).mapToObj("sha256:%064x"::formatted),
                Stream.of(signature.digest()))
            .map(DestinationLooksTest::descriptor)
            .collect(Collectors.joining(",", "{\"schemaVersion\":2,\"manifests\":[", "]}"));
    destination.always(
        "GET",
        "/referrers/" + image.digest(),
        new Fault.Answered(200, listed, Map.of("Content-Type", MediaTypes.OCI_INDEX)));

    bench.mirrorWithReferrers(from(), to(), "all");

    assertThat(arrived.digest("copy", "1")).contains(image.digest());
    assertThat(destination.requests("PUT", signature.digest())).isEmpty();
  }

  private static String descriptor(String digest) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
        .formatted(MediaTypes.OCI_MANIFEST, digest);
  }
}
