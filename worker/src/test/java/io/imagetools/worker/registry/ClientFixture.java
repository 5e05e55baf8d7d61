package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;

/** A scripted registry and clients for it, that know already that it speaks plain http. */
abstract class ClientFixture {

  static final byte[] CONTENT = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
  static final Digest DIGEST = Digest.sha256(CONTENT);
  static final String MANIFEST = "/v2/a/b/manifests/1";

  final ScriptedRegistry server = new ScriptedRegistry();
  final SettableClock clock = new SettableClock();
  final RegistryClient client = client(CredentialLookup.NONE);

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  RegistryClient client(CredentialLookup credentials) {
    return client(credentials, Transport.Timeouts.DEFAULT);
  }

  RegistryClient client(CredentialLookup credentials, Transport.Timeouts timeouts) {
    Registry registry = server.registry();
    Hosts hosts = new Hosts(Set.of(registry));
    hosts.answered(registry, URI.create(server.address("/")));
    return new RegistryClient(credentials, hosts, new Transport(Map.of(), timeouts), clock);
  }

  ImageReference image() {
    return ImageReference.parse(server.registry() + "/a/b:1");
  }

  ImageReference pinned(Digest digest) {
    return image().at(digest);
  }

  /** Answers with the manifest and all the headers a registry should send. */
  static ScriptedRegistry.Script manifest() {
    return ScriptedRegistry.bytes(
        200,
        CONTENT,
        "Content-Type",
        MediaTypes.OCI_MANIFEST,
        "Docker-Content-Digest",
        DIGEST.toString());
  }

  static MirrorFailure failureOf(Callable<?> call) {
    return catchThrowableOfType(MirrorFailure.class, call::call);
  }

  /** A clock that goes when told to. */
  static final class SettableClock extends Clock {
    private volatile Instant now = Instant.parse("2024-05-06T07:08:09Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
