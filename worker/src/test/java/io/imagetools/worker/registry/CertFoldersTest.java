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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries with authorities and client certificates of their own. */
class CertFoldersTest {

  @TempDir private Path home;
  private final RegistryServer server = new RegistryServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private RegistryClient client(Registry... insecure) {
    return new RegistryClient(
        CredentialLookup.NONE,
        Set.of(insecure),
        Map.of("HOME", home.toString()),
        Clock.systemUTC());
  }

  private ImageReference image() {
    return ImageReference.parse(server.host() + "/a/b:1");
  }

  private Path put(Path file, String name) throws Exception {
    Path folder = home.resolve(".config/containers/certs.d").resolve(server.host());
    return Files.copy(file, Files.createDirectories(folder).resolve(name));
  }

  private void write(String name, String text) throws Exception {
    Path folder = home.resolve(".config/containers/certs.d").resolve(server.host());
    Files.writeString(Files.createDirectories(folder).resolve(name), text);
  }

  private MirrorFailure failure() {
    try (RegistryClient client = client()) {
      return ClientFixture.failureOf(() -> client.head(image()));
    }
  }

  @Test
  void an_authority_of_its_own_is_trusted_for_that_registry_and_for_no_other() throws Exception {
    server.withTls().start();
    assertThat(failure().kind()).isEqualTo(FailureKind.UNTRUSTED);
    put(server.certificate(), "ca.crt");

    try (RegistryClient client = client();
        RegistryServer other = new RegistryServer().withTls().start()) {
      assertThat(client.head(image())).isEmpty();
      ImageReference elsewhere = ImageReference.parse(other.host() + "/a/b:1");
      assertThat(ClientFixture.failureOf(() -> client.head(elsewhere)).kind())
          .isEqualTo(FailureKind.UNTRUSTED);
    }
  }

  @Test
  void a_registry_that_wants_a_certificate_gets_it_for_reads_and_uploads() throws Exception {
    server.withClientCertificates().start();
    put(server.certificate(), "ca.crt");
    put(server.clientCertificate(), "client.cert");
    put(server.clientKey(), "client.key");
    try (RegistryServer plain = new RegistryServer().start();
        RegistryClient client = client(new Registry(plain.host()))) {
      PushedImage image = new ImageCorpus(plain).ociImage("a/b", "1");
      Repository from = ImageReference.parse(image.reference()).repository();
      Digest blob = Digest.parse(image.manifest().blobs().get(1));
      long size = client.blob(from, blob, 1 << 20).length;
      var limits = new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5));
      RegistryWrites writes = client.writes(limits);

      writes.upload(from, blob, size, writes.open(image().repository()));

      assertThat(writes.hasBlob(image().repository(), blob)).isTrue();
    }
  }

  @Test
  void a_certificate_is_shown_where_any_of_the_server_will_do() throws Exception {
    server.withClientCertificates().start();
    put(server.clientCertificate(), "client.cert");
    put(server.clientKey(), "client.key");

    try (RegistryClient client = client(new Registry(server.host()))) {
      assertThat(client.head(image())).isEmpty();
    }
  }

  @Test
  void a_registry_that_wants_a_certificate_and_gets_none_is_told_with_the_place_for_it()
      throws Exception {
    server.withClientCertificates().start();
    put(server.certificate(), "ca.crt");

    // With TLS 1.3 the refusal races with the request; a lost race is a reset, and tried again.
    MirrorFailure failure =
        Stream.generate(this::failure)
            .limit(50)
            .filter(one -> one.kind() != FailureKind.NETWORK)
            .findFirst()
            .orElseThrow();

    assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(failure).hasMessageContaining("certs.d/" + server.host());
  }

  @Test
  void a_file_that_cannot_be_used_is_named_and_only_that_registry_suffers() throws Exception {
    server.withClientCertificates().start();
    put(server.certificate(), "ca.crt");
    put(server.clientCertificate(), "client.cert");
    assertThat(failure()).hasMessageContaining("client.cert has no client.key beside it");
    write("client.key", "-----BEGIN EC PRIVATE KEY-----\nMHc=\n-----END EC PRIVATE KEY-----\n");
    assertThat(failure()).hasMessageContaining("client.key").hasMessageContaining("openssl pkcs8");
    write("ca.crt", "no certificate");
    MirrorFailure broken = failure();
    assertThat(broken).hasMessageContaining("ca.crt holds no certificate");
    assertThat(broken.kind()).isEqualTo(FailureKind.UNTRUSTED);

    try (RegistryServer other = new RegistryServer().start();
        RegistryClient client = client(new Registry(other.host()))) {
      assertThat(client.head(ImageReference.parse(other.host() + "/a/b:1"))).isEmpty();
    }
  }

  @Test
  void the_older_form_of_an_rsa_key_is_read() throws Exception {
    server.withClientCertificates();
    PrivateKey key = PrivateKeys.read(server.clientKey());
    byte[] pkcs8 = key.getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    Path file = home.resolve("old.key");
    Files.writeString(
        file,
        "-----BEGIN RSA PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pkcs1)
            + "\n-----END RSA PRIVATE KEY-----\n");

    assertThat(PrivateKeys.read(file)).isEqualTo(key);
  }

  @Test
  void the_first_place_that_has_a_folder_counts_alone() throws Exception {
    Registry registry = new Registry("registry.example:5000");
    Path first = Files.createDirectories(home.resolve("one"));
    Path second = Files.createDirectories(home.resolve("two/registry.example:5000"));
    CertFolders folders = new CertFolders(List.of(first, home.resolve("two")));
    assertThat(folders.of(registry)).contains(second);

    Path nearer = Files.createDirectories(first.resolve("registry.example:5000"));

    assertThat(folders.of(registry)).contains(nearer);
    assertThat(folders.of(new Registry("registry.example"))).isEmpty();
  }
}
