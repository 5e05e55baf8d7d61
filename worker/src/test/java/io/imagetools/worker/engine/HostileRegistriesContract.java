package io.imagetools.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.HostileFault.Sent;
import io.imagetools.worker.execution.Attempted;
import io.imagetools.worker.execution.Attempts;
import io.imagetools.worker.execution.ExecutionSettings;
import io.imagetools.worker.execution.RegistryLimits;
import io.imagetools.worker.execution.Sleeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every engine between two registries that go wrong: each fault ends as the contract says, leaves
 * the tag as it was, and is over when it has passed. What is checked is what the registries behind
 * the faults have, read by other code.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HostileRegistriesContract {

  private static final List<String> METHODS = List.of("HEAD", "GET", "POST", "PATCH", "PUT");

  /** Five attempts as ever, without the waits that registries need and tests do not. */
  private static final ExecutionSettings.Retrying SOON =
      new ExecutionSettings.Retrying(
          5, Duration.ofMillis(20), 2, 0.5, Duration.ofMillis(200), Duration.ofSeconds(2));

  private final RegistryServer sourceServer = new RegistryServer().start();
  private final RegistryServer destinationServer = new RegistryServer().start();
  private final FaultyProxy source = new FaultyProxy(sourceServer);
  private final FaultyProxy destination = new FaultyProxy(destinationServer);
  private final RegistryReader arrived = new RegistryReader(destinationServer);
  private EngineFixture patient;
  private EngineFixture impatient;

  /**
   * An engine for these registries by plain http.
   *
   * @param stall what it waits for a byte
   */
  protected abstract EngineFixture open(Path folder, Duration stall, Set<Registry> registries)
      throws IOException, InterruptedException;

  /** Shortest time after which this engine tells a stall from a start. */
  protected abstract Duration impatience();

  @BeforeAll
  void start(@TempDir Path folder) throws IOException, InterruptedException {
    patient = open(folder.resolve("patient"), Duration.ofMinutes(1), both());
    impatient = open(folder.resolve("impatient"), impatience(), both());
  }

  private Set<Registry> both() {
    return Set.of(new Registry(source.host()), new Registry(destination.host()));
  }

  private EngineFixture bench(HostileFault fault) {
    return fault.stalls() ? impatient : patient;
  }

  @AfterEach
  void mend() {
    source.well();
    destination.well();
  }

  @AfterAll
  void stop() throws IOException {
    try (EngineFixture one = patient;
        EngineFixture other = impatient) {
      one.assertTidy();
      other.assertTidy();
    }
    source.close();
    destination.close();
    sourceServer.close();
    destinationServer.close();
  }

  private PushedImage push(String name, int seed) {
    return new ImageCorpus(sourceServer)
        .withSeed(seed)
        .withLayerBytes(Sent.LAYER)
        .ociIndex(name, "1");
  }

  private static String name(String kind, HostileFault fault) {
    return kind + "/" + fault.name().toLowerCase(Locale.ROOT);
  }

  private void assertArrived(String name) {
    assertThat(arrived.read(name, "1")).isEqualTo(new RegistryReader(sourceServer).read(name, "1"));
  }

  @ParameterizedTest
  @EnumSource
  void a_fault_that_lasts_fails_the_image_and_leaves_the_tag(HostileFault fault) throws Exception {
    String name = name("lasting", fault);
    PushedImage before = new ImageCorpus(destinationServer).withSeed(7000).ociImage(name, "1");
    push(name, name.hashCode());
    FaultyProxy culprit = fault.culprit(source, destination);
    String from = source.host() + "/" + name + ":1";
    String to = destination.host() + "/" + name + ":1";
    fault.befall(culprit, Integer.MAX_VALUE);

    MirrorFailure failure = bench(fault).failure(from, to, "amd64,arm64");

    assertThat(culprit.faults()).as("faults").isPositive();
    assertThat(failure).isNotNull();
    assertThat(failure.kind())
        .as("%s %s", failure.getMessage(), failure.evidence())
        .isEqualTo(fault.kind());
    if (failure.registry() != null) {
      assertThat(failure.registry()).as(failure.getMessage()).hasToString(culprit.host());
    }
    assertThat(arrived.digest(name, "1")).contains(before.digest());
    culprit.well();
    patient.mirror(from, to, "amd64,arm64");
    assertArrived(name);
  }

  @ParameterizedTest
  @EnumSource
  void a_fault_that_passes_is_outlived_if_it_is_of_that_kind(HostileFault fault) throws Exception {
    String name = name("passing", fault);
    push(name, name.hashCode());
    FaultyProxy culprit = fault.culprit(source, destination);
    fault.befall(culprit, 1);

    Attempted attempted = attempts(bench(fault)).mirror(job(name), run -> false);

    assertThat(culprit.faults()).as("faults").isPositive();
    if (attempted instanceof Attempted.GaveUp gaveUp) {
      assertThat(gaveUp.failure().kind()).as(gaveUp.failure().getMessage()).isEqualTo(fault.kind());
      assertThat(fault.kind().retryable()).isFalse();
      assertThat(gaveUp.attempts()).isEqualTo(1);
      assertThat(arrived.digest(name, "1")).isEmpty();
    } else {
      assertArrived(name);
    }
  }

  private MirrorJob job(String name) {
    return EngineFixture.job(
        source.host() + "/" + name + ":1", destination.host() + "/" + name + ":1", "all", false);
  }

  private static Attempts attempts(EngineFixture bench) {
    ExecutionSettings settings =
        new ExecutionSettings(
            SOON,
            ExecutionSettings.Gating.DEFAULT,
            new ExecutionSettings.Waiting(Duration.ofHours(1), Duration.ZERO));
    RegistryLimits limits =
        new RegistryLimits(Clock.systemUTC(), SOON.longestRetryAfter(), "worker");
    return new Attempts(bench.engine(), settings, limits, 20, Clock.systemUTC(), Sleeper.SYSTEM);
  }

  @ParameterizedTest
  @CsvSource({
    "SOURCE, GET /blobs/",
    "SOURCE, GET /manifests/sha256",
    "DESTINATION, HEAD /blobs/",
    "DESTINATION, POST /uploads/",
    "DESTINATION, PUT /uploads/",
    "DESTINATION, PATCH /uploads/",
    "DESTINATION, PUT /manifests/"
  })
  void a_token_that_ends_in_mid_copy_is_renewed(
      HostileFault.At at, String request, @TempDir Path folder) throws Exception {
    String name = "tokens/" + request.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "");
    push(name, name.hashCode());
    FaultyProxy culprit = at == HostileFault.At.SOURCE ? source : destination;
    String[] parts = request.split(" ", 2);
    culprit.wantTokens().nth(2, parts[0], parts[1], new Fault.TokensEnd());

    try (EngineFixture bench = open(folder, Duration.ofMinutes(1), both())) {
      bench.mirror(
          source.host() + "/" + name + ":1", destination.host() + "/" + name + ":1", "all");
      bench.assertTidy();
    }
    assertArrived(name);
  }

  @Test
  void a_repository_that_comes_into_being_with_the_right_to_push_gets_its_first_image(
      @TempDir Path folder) throws Exception {
    String name = "made/by-token";
    push(name, name.hashCode());
    destination.wantTokensToPush();

    try (EngineFixture bench = open(folder, Duration.ofMinutes(1), both())) {
      bench.mirror(
          source.host() + "/" + name + ":1", destination.host() + "/" + name + ":1", "all");
    }
    assertArrived(name);
  }

  @Test
  void an_image_arrives_where_what_is_not_there_is_denied() throws Exception {
    push("denied/app", 3);
    METHODS.forEach(method -> destination.always(method, "/manifests/", Fault.absentIsDenied()));

    patient.mirror(source.host() + "/denied/app:1", destination.host() + "/denied/app:1", "all");

    assertThat(destination.faults()).isPositive();
    assertArrived("denied/app");
  }

  /** Harbor, where a scanner blocks what it found: 412 to the looks of whoever would replace it. */
  @Test
  void a_tag_that_may_not_be_looked_at_is_replaced() throws Exception {
    String name = "blocked/app";
    new ImageCorpus(destinationServer).withSeed(7001).ociImage(name, "1");
    push(name, 4);
    Fault blocked = Fault.error(412, "PROJECTPOLICYVIOLATION");
    List.of("HEAD", "GET").forEach(look -> destination.first(1, look, "/manifests/1", blocked));

    patient.mirror(
        source.host() + "/" + name + ":1", destination.host() + "/" + name + ":1", "all");

    assertThat(destination.faults()).isEqualTo(2);
    assertArrived(name);
  }

  @Test
  void slow_registries_are_waited_for() throws Exception {
    push("slow/app", 2);
    Fault late = new Fault.Delay(Duration.ofMillis(250));
    METHODS.forEach(method -> source.always(method, "/v2/", late));
    METHODS.forEach(method -> destination.always(method, "/v2/", late));

    patient.mirror(source.host() + "/slow/app:1", destination.host() + "/slow/app:1", "arm64");

    assertThat(source.faults() + destination.faults()).isGreaterThan(5);
    assertThat(arrived.read("slow/app", "1").children()).hasSize(1);
  }
}
