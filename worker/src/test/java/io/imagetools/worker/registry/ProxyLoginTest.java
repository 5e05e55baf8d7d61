package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A proxy sees its login with the first request, and nobody else sees it. */
@Timeout(300)
class ProxyLoginTest {

  private static final Registry REGISTRY = new Registry("registry.example.org:5000");
  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5));
  private static final String RIGHT = "ann:s3cret";

  private static RegistryClient client(String scheme, Registry registry, String proxy) {
    Hosts hosts = new Hosts(Set.of(registry));
    hosts.answered(registry, URI.create(scheme + "://" + registry));
    Map<String, String> environment = Map.of("HTTP_PROXY", proxy, "HTTPS_PROXY", proxy);
    return new RegistryClient(
        CredentialLookup.NONE,
        hosts,
        new Transport(environment, Transport.Timeouts.DEFAULT),
        Clock.systemUTC());
  }

  private static int port(String host) {
    return Integer.parseInt(host.substring(host.indexOf(':') + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void a_blob_is_read_and_sent_by_the_proxy(String scheme) throws Exception {
    try (RegistryServer server = new RegistryServer();
        LoginProxy proxy = new LoginProxy();
        RegistryClient client = client(scheme, REGISTRY, proxy.address(RIGHT))) {
      (scheme.equals("https") ? server.withTls() : server).start();
      proxy.to(REGISTRY.host(), port(server.host()));
      PushedImage image = new ImageCorpus(server).ociImage("a/b", "1");
      Digest blob = Digest.parse(image.manifest().blobs().get(1));
      Repository from = new Repository(REGISTRY, "a/b");
      Repository to = new Repository(REGISTRY, "c/d");
      RegistryWrites writes = client.writes(LIMITS);

      long size = client.blob(from, blob, 1 << 20).length;
      writes.upload(from, blob, size, writes.open(to));

      assertThat(writes.hasBlob(to, blob)).isTrue();
      assertThat(proxy.refused()).isEmpty();
      assertThat(proxy.passed())
          .isNotEmpty()
          .allMatch(line -> line.startsWith("CONNECT ") == scheme.equals("https"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void a_wrong_login_is_shown_once(String scheme) throws Exception {
    try (LoginProxy proxy = new LoginProxy();
        RegistryClient client = client(scheme, REGISTRY, proxy.address("ann:other"))) {
      MirrorFailure failure =
          ClientFixture.failureOf(() -> client.get(ImageReference.parse(REGISTRY + "/a:1")));

      assertThat(failure.kind()).isEqualTo(FailureKind.NETWORK);
      assertThat(failure).hasMessageContaining("407");
      assertThat(failure.toString() + failure.evidence()).doesNotContain("other");
      assertThat(proxy.refused()).hasSize(1);
    }
  }

  @Test
  void a_proxy_that_knows_only_digests_of_passwords_is_read_through() throws Exception {
    List<String> shown = new CopyOnWriteArrayList<>();
    try (ScriptedRegistry proxy = new ScriptedRegistry();
        RegistryClient client =
            client("http", REGISTRY, "http://" + RIGHT + "@" + proxy.registry())) {
      proxy.on(
          "GET /v2/a/manifests/1",
          exchange -> {
            String login = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
            shown.add(String.valueOf(login));
            (String.valueOf(login).startsWith("Digest ")
                    ? ClientFixture.manifest()
                    : ScriptedRegistry.status(
                        407, "Proxy-Authenticate", "Digest realm=\"p\", nonce=\"n\", qop=\"auth\""))
                .answer(exchange);
          });

      assertThat(client.get(ImageReference.parse(REGISTRY + "/a:1"))).isPresent();

      assertThat(shown).hasSize(2);
      assertThat(proxy.seen()).extracting(ScriptedRegistry.Seen::authorization).containsOnlyNulls();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 401, 407})
  void a_registry_behind_a_tunnel_does_not_see_it(int status, @TempDir Path folder)
      throws Exception {
    try (ScriptedRegistry server =
            new ScriptedRegistry("127.0.0.1", RealRegistry.selfSignedTls(folder));
        LoginProxy proxy = new LoginProxy().to(REGISTRY.host(), server.port());
        RegistryClient client = client("https", REGISTRY, proxy.address(RIGHT))) {
      assertThat(loginsSeen(client, REGISTRY, server, status)).containsOnly("null null");
      assertThat(proxy.passed()).containsExactly("CONNECT " + REGISTRY + " HTTP/1.1");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 401, 407})
  void a_registry_that_is_reached_without_the_proxy_does_not_see_it(int status) throws Exception {
    try (ScriptedRegistry server = new ScriptedRegistry();
        LoginProxy proxy = new LoginProxy();
        RegistryClient client = client("http", server.registry(), proxy.address(RIGHT))) {
      assertThat(loginsSeen(client, server.registry(), server, status)).containsOnly("null null");
      assertThat(proxy.passed()).isEmpty();
    }
  }

  /** Asks, and is answered so; what came with the requests as logins for registry and proxy. */
  private static List<String> loginsSeen(
      RegistryClient client, Registry registry, ScriptedRegistry server, int status)
      throws Exception {
    List<String> shown = new CopyOnWriteArrayList<>();
    String realm = "Basic realm=\"it\"";
    server.on(
        "GET /v2/a/manifests/1",
        exchange -> {
          shown.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
          (status == 200
                  ? ClientFixture.manifest()
                  : ScriptedRegistry.status(
                      status, "WWW-Authenticate", realm, "Proxy-Authenticate", realm))
              .answer(exchange);
        });
    ImageReference image = ImageReference.parse(registry + "/a:1");
    if (status == 200) {
      assertThat(client.get(image)).isPresent();
    } else {
      assertThat(ClientFixture.failureOf(() -> client.get(image)))
          .hasMessageContaining("" + status);
    }
    return shown;
  }
}
