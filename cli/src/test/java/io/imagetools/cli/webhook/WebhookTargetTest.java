package io.imagetools.cli.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real servers as a company has them: with a certificate of its own, and behind a proxy. */
@Timeout(300)
class WebhookTargetTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final String PASSWORD = "changeit";
  private static final Notice NOTICE = new Notice("id", "TYPE", "{}", new CountDownLatch(1));

  @TempDir private Path folder;

  private final List<URI> asked = new CopyOnWriteArrayList<>();

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(exchange.getRequestURI());
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private static int tell(String address, Map<String, String> environment)
      throws IOException, InterruptedException {
    return new WebhookTarget(URI.create(address), new byte[16], Clock.systemUTC(), environment)
        .tell(NOTICE);
  }

  @Test
  void an_authority_of_ssl_cert_file_is_trusted_as_for_registries() throws Exception {
    HttpsServer server = HttpsServer.create(ANY, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(selfSigned()));
    server.createContext("/", this::answer);
    server.start();
    try {
      String address = "https://127.0.0.1:" + server.getAddress().getPort() + "/hook";

      assertThatThrownBy(() -> tell(address, Map.of())).isInstanceOf(SSLException.class);
      String file = folder.resolve("cert.pem").toString();
      assertThat(tell(address, Map.of("SSL_CERT_FILE", file))).isEqualTo(204);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_proxy_is_asked_as_for_registries() throws Exception {
    HttpServer proxy = HttpServer.create(ANY, 0);
    proxy.createContext("/", this::answer);
    proxy.start();
    try {
      String address = "127.0.0.1:" + proxy.getAddress().getPort();
      Map<String, String> environment =
          Map.of("HTTP_PROXY", "http://" + address, "NO_PROXY", "direct.invalid");

      assertThat(tell("http://receiver.invalid/hook", environment)).isEqualTo(204);
      assertThat(asked).containsExactly(URI.create("http://receiver.invalid/hook"));
      assertThatThrownBy(() -> tell("http://direct.invalid/hook", environment))
          .isInstanceOf(IOException.class);
    } finally {
      proxy.stop(0);
    }
  }

  private SSLContext selfSigned() throws Exception {
    Path store = folder.resolve("store.p12");
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=hook", "-ext", "san=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", folder.resolve("cert.pem").toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-alias", "hook", "-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", folder.resolve("store.p12").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("keytool.txt"))).isZero();
  }
}
