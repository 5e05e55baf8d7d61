package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.SilentRegistry;
import io.imagetools.worker.registry.RegistryWrites;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins, and what goes wrong around the copying. */
@Timeout(300)
class RegistryEngineTroubleTest {

  private static final String PASSWORD = "p ss/w:rd+1";

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();

  @AfterEach
  void stop() {
    source.close();
    destination.close();
  }

  private String to(String repository) {
    return destination.host() + "/" + repository + ":1";
  }

  private static Credential login(String user, String password) {
    return Credential.password(user, password, "the test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "arm64"})
  void each_registry_gets_its_login(String platforms) throws Exception {
    source.withBasicAuth("reader", PASSWORD).start();
    destination.withBasicAuth("writer", PASSWORD + "2").start();
    PushedImage image = new ImageCorpus(source).dockerList("app", "1");
    try (RegistryBench bench =
        RegistryBench.withLogins(
            Map.of(source, login("reader", PASSWORD), destination, login("writer", PASSWORD + "2")),
            source,
            destination)) {
      bench.mirror(image.reference(), to("copy"), platforms);

      assertThat(new RegistryReader(destination).read("copy", "1").children()).isNotEmpty();
    }
  }

  @Test
  void a_wrong_login_is_unauthorized_and_names_the_registry() throws Exception {
    source.start();
    destination.withBasicAuth("writer", PASSWORD).start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (RegistryBench bench =
        RegistryBench.withLogins(
            Map.of(destination, login("writer", "wrong")), source, destination)) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "amd64");

      assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
      assertThat(failure.registry()).hasToString(destination.host());
      assertThat(failure.getMessage() + failure.evidence()).doesNotContain("wrong");
    }
  }

  @Test
  void registries_with_certificates_of_their_own_serve_when_named_insecure() throws Exception {
    source.withTls().start();
    destination.withTls().start();
    PushedImage image = new ImageCorpus(source).withLayerBytes(300_000).ociIndexOfFour("app", "1");
    try (RegistryBench bench = RegistryBench.of(source, destination)) {
      bench.mirror(image.reference(), to("copy"), "arm");

      assertThat(new RegistryReader(destination).read("copy", "1").children()).hasSize(2);
    }
  }

  @Test
  void a_registry_that_is_not_named_insecure_is_not_trusted() throws Exception {
    source.start();
    destination.withTls().start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (RegistryBench bench = RegistryBench.of(source)) {
      assertThat(bench.failure(image.reference(), to("copy"), "all").kind())
          .isEqualTo(FailureKind.UNTRUSTED);
    }
  }

  @Test
  void a_read_only_destination_refuses() throws Exception {
    source.start();
    destination.readOnly().start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (RegistryBench bench = RegistryBench.of(source, destination)) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.DESTINATION_REFUSED);
      assertThat(failure.registry()).hasToString(destination.host());
    }
  }

  @Test
  void schema_1_is_refused_with_what_to_do() throws Exception {
    source.withSchema1().start();
    destination.start();
    PushedImage image = new ImageCorpus(source).schema1("old", "1");
    try (RegistryBench bench = RegistryBench.of(source, destination)) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
      assertThat(failure).hasMessageContaining("schema 1");
    }
  }

  @Test
  void a_registry_that_falls_silent_is_given_up() throws Exception {
    destination.start();
    RegistryWrites.Limits limits =
        new RegistryWrites.Limits(Duration.ofSeconds(5), Duration.ofMinutes(2));
    try (SilentRegistry silent = new SilentRegistry();
        RegistryBench bench =
            RegistryBench.of(limits, Set.of(silent.registry(), new Registry(destination.host())))) {
      MirrorFailure failure = bench.failure(silent.registry() + "/app:1", to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
      assertThat(failure.registry()).isEqualTo(silent.registry());
      assertThat(failure).hasMessageContaining("no byte moved for 5 s");
      assertThat(new RegistryReader(destination).digest("copy", "1")).isEmpty();
    }
  }

  @Test
  void an_interrupt_ends_a_copy() throws Exception {
    destination.start();
    ExecutorService slot = Executors.newSingleThreadExecutor();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    RegistryWrites.Limits limits =
        new RegistryWrites.Limits(Duration.ofMinutes(10), Duration.ofMinutes(10));
    try (SilentRegistry silent = new SilentRegistry();
        RegistryBench bench =
            RegistryBench.of(limits, Set.of(silent.registry(), new Registry(destination.host())))) {
      slot.execute(
          () -> {
            try {
              bench.mirror(silent.registry() + "/app:1", to("copy"), "all");
            } catch (MirrorFailure | InterruptedException | RuntimeException e) {
              thrown.complete(e);
            }
          });
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  destination.requests().stream()
                          .filter(request -> request.method().equals("POST"))
                          .count()
                      == 3); // config, what its answer was worth, layer

      slot.shutdownNow();

      assertThat(thrown.get(2, TimeUnit.MINUTES)).isInstanceOf(InterruptedException.class);
      assertThat(new RegistryReader(destination).digest("copy", "1")).isEmpty();
    }
  }

  @Test
  void an_engine_that_was_closed_does_not_blame_the_machine() throws Exception {
    source.start();
    destination.start();
    PushedImage image = new ImageCorpus(source).ociImage("app", "1");
    try (RegistryBench bench = RegistryBench.of(source, destination)) {
      bench.engine().close();

      assertThat(catchThrowable(() -> bench.mirror(image.reference(), to("copy"), "all")))
          .isInstanceOf(InterruptedException.class);
    }
  }
}
