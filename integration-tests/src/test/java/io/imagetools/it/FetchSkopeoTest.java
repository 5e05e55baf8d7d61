package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.Programs;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without skopeo gets one, if and only if the user says from where and which. */
class FetchSkopeoTest {
  @TempDir Path folder;

  private byte[] program = {};
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    program = Files.readAllBytes(Programs.require("skopeo"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/skopeo",
        exchange -> {
          exchange.sendResponseHeaders(200, program.length);
          exchange.getResponseBody().write(program);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private CommandRun mirror(RegistryServer registry, String sum) throws Exception {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, registry.host() + "/app " + registry.host() + "/copy 1\n");
    return CommandRun.with(
        Map.of("PATH", "/nowhere", "HOME", folder.toString()),
        "",
        "mirror",
        "-f",
        list.toString(),
        "-o",
        folder.resolve("failed.txt").toString(),
        "--insecure-registry",
        registry.host(),
        "--fetch-skopeo",
        "http://127.0.0.1:" + server.getAddress().getPort() + "/skopeo",
        "--skopeo-sha256",
        sum);
  }

  @Test
  void the_very_file_is_fetched_into_the_cache_and_used() throws Exception {
    try (RegistryServer registry = new RegistryServer().start()) {
      new ImageCorpus(registry).dockerList("app", "1");
      String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(program));

      CommandRun run = mirror(registry, sum);

      assertThat(run.status()).as(run.err()).isZero();
      assertThat(folder.resolve(".cache/image-tools/skopeo")).isExecutable();
      assertThat(new RegistryReader(registry).digest("copy", "1")).isPresent();
    }
  }

  @Test
  void another_file_is_thrown_away() throws Exception {
    try (RegistryServer registry = new RegistryServer().start()) {
      CommandRun run = mirror(registry, "0".repeat(64));

      assertThat(run.status()).as(run.err()).isEqualTo(3);
      assertThat(run.err()).contains("its SHA-256 is", "thrown away");
      assertThat(folder.resolve(".cache/image-tools/skopeo")).doesNotExist();
    }
  }
}
