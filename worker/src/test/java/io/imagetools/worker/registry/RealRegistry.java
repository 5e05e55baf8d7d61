package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.program.ProgramCall;
import io.imagetools.worker.program.ProgramResult;
import io.imagetools.worker.program.SystemProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContexts;

/** The registry server of the distribution project, as a process. */
final class RealRegistry implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final String STORE_PASSWORD = "changeit";

  private final SystemProgramRunner runner = new SystemProgramRunner();
  private final ExecutorService threads = Executors.newSingleThreadExecutor();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final Path folder;

  private RealRegistry(Path folder) {
    this.folder = folder;
  }

  /** One that speaks plain http and wants no login. */
  static RealRegistry open(Path folder) throws Exception {
    return new RealRegistry(folder).start("");
  }

  /** One with a certificate that nobody trusts. */
  static RealRegistry selfSigned(Path folder) throws Exception {
    RealRegistry registry = new RealRegistry(folder);
    registry.makeCertificate();
    return registry.start(
        "  tls:\n    certificate: " + folder + "/cert.pem\n    key: " + folder + "/key.pem\n");
  }

  /** What serves TLS with such a certificate. */
  static SSLContext selfSignedTls(Path folder) throws Exception {
    try (RealRegistry registry = new RealRegistry(folder)) {
      return SSLContexts.custom()
          .loadKeyMaterial(registry.makeCertificate(), STORE_PASSWORD.toCharArray())
          .build();
    }
  }

  /** One that wants a login. */
  static RealRegistry withPassword(Path folder, String name, String password) throws Exception {
    RealRegistry registry = new RealRegistry(folder);
    String line = registry.run("htpasswd", "-Bbn", name, password).standardOutput();
    Files.writeString(folder.resolve("htpasswd"), line + "\n");
    return registry.start("auth:\n  htpasswd:\n    realm: it\n    path: " + folder + "/htpasswd\n");
  }

  private RealRegistry start(String more) throws Exception {
    Path config = folder.resolve("config.yml");
    String http = "http:\n  addr: 127.0.0.1:0\n";
    String storage = "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: ";
    Files.writeString(config, storage + folder + "/data\n" + http + more);
    ProgramCall call =
        new ProgramCall(
            List.of("docker-registry", "serve", config.toString()),
            Map.of("OTEL_TRACES_EXPORTER", "none", "PATH", System.getenv("PATH")),
            null,
            false,
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            this::listen);
    threads.execute(
        () -> {
          try {
            port.completeExceptionally(new IOException(runner.run(call).standardError()));
          } catch (IOException | InterruptedException e) {
            port.completeExceptionally(e);
          }
        });
    port.get(2, TimeUnit.MINUTES);
    return this;
  }

  private boolean listen(String line) {
    Matcher matcher = LISTENING.matcher(line);
    if (matcher.find()) {
      port.complete(Integer.valueOf(matcher.group(1)));
    }
    return true;
  }

  private KeyStore makeCertificate()
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = folder.resolve("store.p12");
    run(
        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
        "-genkeypair",
        "-alias",
        "it",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "san=ip:127.0.0.1",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        STORE_PASSWORD);
    KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD.toCharArray());
    pem("cert.pem", "CERTIFICATE", keys.getCertificate("it").getEncoded());
    pem("key.pem", "PRIVATE KEY", keys.getKey("it", STORE_PASSWORD.toCharArray()).getEncoded());
    return keys;
  }

  private void pem(String name, String type, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(content);
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }

  private ProgramResult run(String... argv) throws IOException, InterruptedException {
    Map<String, String> environment = Map.of("PATH", System.getenv("PATH"));
    ProgramResult result =
        runner.run(ProgramCall.of(List.of(argv), environment, Duration.ofMinutes(5)));
    if (!result.succeeded()) {
      throw new IOException(argv[0] + ": " + result.standardOutput() + result.standardError());
    }
    return result;
  }

  Registry registry() {
    return new Registry("127.0.0.1:" + port.join());
  }

  @Override
  public void close() {
    runner.close();
    threads.shutdownNow();
  }
}
