package io.imagetools.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.registry.RegistryBench;
import io.imagetools.worker.engine.skopeo.EngineBench;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a registry with an authority of its own to one that wants a client certificate as well, by
 * what lies in certs.d and nothing else, with either engine.
 */
@Timeout(300)
class OwnAuthoritiesTest {

  @TempDir Path folder;
  private final RegistryServer source = new RegistryServer().withTls();
  private final RegistryServer destination = new RegistryServer().withClientCertificates();

  @BeforeEach
  void start() {
    source.start();
    destination.start();
  }

  @AfterEach
  void stop() {
    source.close();
    destination.close();
  }

  private EngineFixture open(String engine) throws Exception {
    return engine.equals("skopeo")
        ? EngineBench.in(folder).build()
        : RegistryBench.withHome(folder.resolve("home"));
  }

  private void put(RegistryServer server, Path file, String name) throws Exception {
    Path certificates = folder.resolve("home/.config/containers/certs.d").resolve(server.host());
    Files.copy(file, Files.createDirectories(certificates).resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "skopeo"})
  void whole_indexes_parts_and_unchanged_images_are_mirrored(String engine) throws Exception {
    PushedImage image = new ImageCorpus(source).dockerListOfFour("app", "1");
    put(source, source.certificate(), "ca.crt");
    put(destination, destination.certificate(), "ca.crt");
    put(destination, destination.clientCertificate(), "client.cert");
    put(destination, destination.clientKey(), "client.key");
    String to = destination.host() + "/copy:";

    try (EngineFixture mirror = open(engine)) {
      MirrorReport whole = mirror.mirror(image.reference(), to + "whole", "all");
      MirrorReport part = mirror.mirror(image.reference(), to + "part", "amd64,arm/v7");
      MirrorReport again = mirror.mirror(image.reference(), to + "whole", "all");

      assertThat(whole.destinationDigest()).hasToString(image.digest());
      assertThat(part.platforms()).hasSize(2);
      assertThat(again.bytes().copied()).isZero();
      mirror.assertTidy();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "skopeo"})
  void without_the_authority_nothing_is_copied_and_the_reason_is_said(String engine)
      throws Exception {
    PushedImage image = new ImageCorpus(source).ociImage("app", "1");

    try (EngineFixture mirror = open(engine)) {
      MirrorFailure failure =
          mirror.failure(image.reference(), destination.host() + "/copy:1", "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.UNTRUSTED);
    }
  }
}
