package io.imagetools.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The temporary folder of one registry server: configuration, login, certificate, log, data. */
final class RegistryFolder {

  private final Path root;
  private long startOfLog;

  private RegistryFolder(Path root) {
    this.root = root;
  }

  static RegistryFolder create() {
    try {
      return new RegistryFolder(Files.createTempDirectory("registry-"));
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to make a temporary folder but failed", e);
    }
  }

  void writeLogin(BasicAuth auth) {
    // bcrypt is the only kind of hash that docker-registry reads.
    Path htpasswd = Programs.require("htpasswd");
    write("htpasswd", ProgramRun.output(htpasswd, auth.password(), "-niB", auth.user()));
  }

  void writeCertificate() {
    String options =
        "req -x509 -nodes -days 30 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
            + " -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1,DNS:localhost";
    writePair(options, root.resolve("key.pem"), certificate());
  }

  /** A certificate that vouches for itself, and is the only one that clients may show. */
  void writeClientCertificate() {
    writePair(
        "req -x509 -nodes -days 30 -newkey rsa:2048 -subj /CN=client",
        clientKey(),
        clientCertificate());
  }

  private static void writePair(String options, Path key, Path certificate) {
    List<String> files = List.of("-keyout", key.toString(), "-out", certificate.toString());
    String[] all =
        Stream.concat(Stream.of(options.split(" ", -1)), files.stream()).toArray(String[]::new);
    ProgramRun.output(Programs.require("openssl"), "", all);
  }

  /** Ends with the section "http", which {@link #tlsSection} continues. */
  String configuration(int port, boolean readOnly) {
    return """
        version: 0.1
        log:
          level: info
        storage:
          delete:
            enabled: true
          maintenance:
            uploadpurging:
              enabled: false
            readonly:
              enabled: %s
          filesystem:
            rootdirectory: '%s'
        http:
          addr: 127.0.0.1:%d
        """
        .formatted(readOnly, data(), port);
  }

  String tlsSection() {
    return "  tls:\n    certificate: '%s'\n    key: '%s'\n"
        .formatted(certificate(), root.resolve("key.pem"));
  }

  String loginSection() {
    return "auth:\n  htpasswd:\n    realm: tests\n    path: '%s'\n"
        .formatted(root.resolve("htpasswd"));
  }

  /** Continues {@link #tlsSection}. */
  String clientsSection() {
    return "    clientcas: ['%s']\n".formatted(clientCertificate());
  }

  void writeConfiguration(String yaml) {
    write("config.yml", yaml);
  }

  Process launch(Path program) {
    File log = root.resolve("registry.log").toFile();
    startOfLog = log.length();
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "serve", root.resolve("config.yml").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    // Otherwise it waits for a collector of traces before it serves.
    builder.environment().put("OTEL_TRACES_EXPORTER", "none");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to start " + program + " but failed", e);
    }
  }

  String log() {
    return logFrom(0);
  }

  String logOfThisStart() {
    return logFrom(startOfLog);
  }

  private String logFrom(long position) {
    Path log = root.resolve("registry.log");
    try {
      byte[] bytes = Files.exists(log) ? Files.readAllBytes(log) : new byte[0];
      int from = (int) Math.min(position, bytes.length);
      return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to read " + log + " but failed", e);
    }
  }

  Path certificate() {
    return root.resolve("certificate.pem");
  }

  Path clientCertificate() {
    return root.resolve("client-certificate.pem");
  }

  Path clientKey() {
    return root.resolve("client-key.pem");
  }

  /** Where the filesystem driver of docker-registry 2.x keeps a blob's bytes. */
  Path blob(String digest) {
    String hex = digest.substring(digest.indexOf(':') + 1);
    return data()
        .resolve("docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
  }

  private Path data() {
    return root.resolve("data");
  }

  private void write(String name, String text) {
    try {
      Files.writeString(root.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to write " + root.resolve(name) + " but failed", e);
    }
  }

  void delete() {
    try (Stream<Path> files = Files.walk(root)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to remove " + root + " but failed", e);
    }
  }
}
