package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkFailuresTest extends ClientFixture {

  private static final Transport.Timeouts SHORT =
      new Transport.Timeouts(
          Duration.ofMinutes(1), Duration.ofMillis(500), Duration.ofMillis(1500));

  /**
   * No resolver asks anybody for a name with a part longer than 63 characters (RFC 1035, 2.3.4).
   */
  private static final String UNKNOWN = "x".repeat(64) + ".invalid";

  private final Path folder;

  NetworkFailuresTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static MirrorFailure lookUp(Registry registry, Set<Registry> insecure) {
    try (RegistryClient client =
        new RegistryClient(CredentialLookup.NONE, insecure, Map.of(), Clock.systemUTC())) {
      return failureOf(() -> client.head(ImageReference.parse(registry + "/a/b:1")));
    }
  }

  @Test
  void an_unknown_host_is_named() {
    MirrorFailure failure = lookUp(new Registry(UNKNOWN), Set.of());

    assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
    assertThat(failure)
        .hasMessageContaining("Tried to look up " + UNKNOWN + "/a/b:1 but")
        .hasMessageContaining("the host of " + UNKNOWN + " is unknown");
  }

  @Test
  void a_refused_connection_is_named_whether_insecure_or_not() throws IOException {
    // Bound, so that nobody else gets the port, and not listening.
    try (Socket deaf = new Socket()) {
      deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Registry nobody = new Registry("127.0.0.1:" + deaf.getLocalPort());
      for (Set<Registry> insecure : Set.of(Set.<Registry>of(), Set.of(nobody))) {
        MirrorFailure failure = lookUp(nobody, insecure);
        assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
        assertThat(failure).hasMessageContaining("connection was refused");
      }
    }
  }

  @Test
  void a_registry_without_tls_is_used_only_if_somebody_said_so() throws Exception {
    try (RealRegistry real = RealRegistry.open(folder)) {
      MirrorFailure failure = lookUp(real.registry(), Set.of());
      assertThat(failure.kind()).isEqualTo(FailureKind.UNTRUSTED);
      assertThat(failure)
          .hasMessageContaining("speaks plain http")
          .hasMessageContaining("--insecure-registry " + real.registry());

      assertAbsentTwice(real.registry());
    }
  }

  @Test
  void a_certificate_nobody_trusts_is_accepted_only_if_somebody_said_so() throws Exception {
    try (RealRegistry real = RealRegistry.selfSigned(folder)) {
      MirrorFailure failure = lookUp(real.registry(), Set.of());
      assertThat(failure.kind()).isEqualTo(FailureKind.UNTRUSTED);
      assertThat(failure)
          .hasMessageContaining("is not trusted")
          .hasMessageContaining("--insecure-registry " + real.registry());

      assertAbsentTwice(real.registry());

      Map<String, String> environment =
          Map.of("SSL_CERT_FILE", folder.resolve("cert.pem").toString());
      try (RegistryClient client =
          new RegistryClient(CredentialLookup.NONE, Set.of(), environment, Clock.systemUTC())) {
        assertThat(client.head(ImageReference.parse(real.registry() + "/a/b:1"))).isEmpty();
      }
    }
  }

  @Test
  void a_file_of_certificates_that_holds_none_is_named() {
    assertThat(catchThrowable(() -> Trust.of(Map.of("SSL_CERT_FILE", "/nowhere.pem"))))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("/nowhere.pem");
  }

  @Test
  void a_port_that_no_host_has_is_a_failure_with_a_sentence() {
    assertThat(lookUp(new Registry("127.0.0.1:99999"), Set.of()).kind())
        .isEqualTo(FailureKind.NETWORK);
  }

  private static void assertAbsentTwice(Registry registry) throws Exception {
    try (RegistryClient client =
        new RegistryClient(CredentialLookup.NONE, Set.of(registry), Map.of(), Clock.systemUTC())) {
      ImageReference image = ImageReference.parse(registry + "/a/b:1");
      assertThat(client.head(image)).isEmpty();
      assertThat(client.get(image)).isEmpty();
    }
  }

  @Test
  void a_server_that_says_nothing_is_a_timeout() {
    CountDownLatch end = new CountDownLatch(1);
    server.on("GET " + MANIFEST, exchange -> waitFor(end));
    try (RegistryClient hasty = client(CredentialLookup.NONE, SHORT)) {
      MirrorFailure failure = failureOf(() -> hasty.get(image()));

      assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
      assertThat(failure).hasMessageContaining("took too long to answer");
    } finally {
      end.countDown();
    }
  }

  @Test
  void a_body_that_drips_is_a_timeout() {
    CountDownLatch end = new CountDownLatch(1);
    server.on(
        "GET " + MANIFEST,
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (!waitFor(end, 100)) {
            exchange.getResponseBody().write(' ');
            exchange.getResponseBody().flush();
          }
        });
    try (RegistryClient hasty = client(CredentialLookup.NONE, SHORT)) {
      assertThat(failureOf(() -> hasty.get(image())).kind()).isEqualTo(FailureKind.TIMEOUT);
    } finally {
      end.countDown();
    }
  }

  @Test
  void an_interrupted_thread_leaves_at_once() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    server.on("GET " + MANIFEST, exchange -> waitFor(end));
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      caller.execute(
          () -> {
            try {
              client.get(image());
            } catch (MirrorFailure | InterruptedException e) {
              thrown.set(e);
            }
          });
      await().atMost(Duration.ofMinutes(2)).until(() -> !server.seen().isEmpty());
      caller.shutdownNow();

      assertThat(caller.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    } finally {
      end.countDown();
    }
  }

  @Test
  void a_closed_client_says_so() {
    client.close();

    assertThat(failureOf(() -> client.get(image()))).hasMessageContaining("the client is closed");
  }

  @Test
  void a_redirect_to_plain_http_is_refused_where_https_is_meant() throws Exception {
    try (Transport transport = new Transport(Map.of(), Transport.Timeouts.DEFAULT)) {
      server.on("GET /x", ScriptedRegistry.status(302, "Location", server.address("/y")));
      Redirects redirects = new Redirects(transport);
      Ask ask = Ask.get(server.registry(), URI.create(server.address("/x")), 10);

      assertThat(catchThrowable(() -> redirects.send(ask, false)))
          .isInstanceOf(RedirectRefusedException.class)
          .hasMessageContaining("plain http");
      assertThat(server.lines()).containsExactly("GET /x");
    }
  }

  private static void waitFor(CountDownLatch latch) {
    waitFor(latch, 120_000);
  }

  private static boolean waitFor(CountDownLatch latch, long millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
