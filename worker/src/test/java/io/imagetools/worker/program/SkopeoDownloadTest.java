package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.imagetools.common.image.Digest;
import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkopeoDownloadTest {

  private static final byte[] PROGRAM =
      "#!/bin/sh\necho skopeo version 1.18.0\n".getBytes(StandardCharsets.UTF_8);
  private static final String SUM = Digest.sha256(PROGRAM).hex();

  private final AtomicInteger asked = new AtomicInteger();

  private final Path folder;
  private final HttpServer server;

  SkopeoDownloadTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
              case "/skopeo" -> {
                exchange.sendResponseHeaders(200, PROGRAM.length);
                exchange.getResponseBody().write(PROGRAM);
              }
              case "/moved" -> {
                exchange.getResponseHeaders().add("Location", "/skopeo");
                exchange.sendResponseHeaders(302, -1);
              }
              case "/cut" -> {
                exchange.sendResponseHeaders(200, PROGRAM.length + 100L);
                exchange.getResponseBody().write(PROGRAM);
              }
              default -> exchange.sendResponseHeaders(404, -1);
            }
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @ParameterizedTest
  @CsvSource({"/skopeo", "/moved"})
  void the_right_file_becomes_a_program(String path) throws Exception {
    Path program = new SkopeoDownload(address(path), SUM.toUpperCase(Locale.ROOT)).into(folder);

    assertThat(program).isEqualTo(folder.resolve("skopeo")).isExecutable();
    try (SystemProgramRunner runner = new SystemProgramRunner()) {
      assertThat(
              new ProgramProbe(runner, System.getenv(), InstallHint.forThisSystem())
                  .verify(KnownProgram.SKOPEO, program)
                  .version())
          .isEqualTo(new Version(1, 18, 0));
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void what_is_there_already_is_not_fetched_again() throws Exception {
    SkopeoDownload download = new SkopeoDownload(address("/skopeo"), SUM);
    download.into(folder);
    download.into(folder);

    assertThat(asked).hasValue(1);
  }

  @Test
  void what_somebody_changed_is_fetched_again() throws Exception {
    SkopeoDownload download = new SkopeoDownload(address("/skopeo"), SUM);
    Path program = download.into(folder);
    Files.writeString(program, "something else");

    assertThat(download.into(folder)).hasBinaryContent(PROGRAM);
    assertThat(asked).hasValue(2);
  }

  @Test
  void a_wrong_sum_leaves_nothing_behind() {
    String other = "0".repeat(64);

    assertThatThrownBy(() -> new SkopeoDownload(address("/skopeo"), other).into(folder))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(SUM)
        .hasMessageContaining(other)
        .hasMessageContaining("thrown away");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_file_that_is_not_there_leaves_nothing_behind() {
    assertThatThrownBy(() -> new SkopeoDownload(address("/none"), SUM).into(folder))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("status 404")
        .hasMessageContaining(address("/none"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_file_that_is_too_large_leaves_nothing_behind() {
    SkopeoDownload download = new SkopeoDownload(address("/skopeo"), SUM, PROGRAM.length - 1L);

    assertThatThrownBy(() -> download.into(folder))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("larger than");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_transfer_that_breaks_off_leaves_nothing_behind() {
    assertThatThrownBy(() -> new SkopeoDownload(address("/cut"), SUM).into(folder))
        .isInstanceOf(EnvironmentException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_failure_leaves_the_program_that_was_there() throws Exception {
    Path program = Files.writeString(folder.resolve("skopeo"), "mine");

    assertThatThrownBy(() -> new SkopeoDownload(address("/none"), SUM).into(folder))
        .isInstanceOf(EnvironmentException.class);
    assertThat(program).hasContent("mine");
  }

  @Test
  void a_server_that_is_not_there_is_a_sentence() {
    String address = address("/skopeo");
    server.stop(0);

    assertThatThrownBy(() -> new SkopeoDownload(address, SUM).into(folder))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("Could not download skopeo from " + address);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({"ftp://x/y, SUM", "file:///etc/passwd, SUM", "http:, SUM", "http://x/y, abc"})
  void what_is_no_address_or_no_sum_is_refused_at_once(String address, String sum) {
    assertThatThrownBy(() -> new SkopeoDownload(address, sum.equals("SUM") ? SUM : sum))
        .isInstanceOf(EnvironmentException.class);
  }

  @Test
  void the_folder_is_the_users_cache() {
    assertThat(SkopeoDownload.cacheFolder(Map.of("HOME", "/h")))
        .contains(Path.of("/h/.cache/image-tools"));
    assertThat(SkopeoDownload.cacheFolder(Map.of("HOME", "/h", "XDG_CACHE_HOME", "/c")))
        .contains(Path.of("/c/image-tools"));
    assertThat(SkopeoDownload.cacheFolder(Map.of())).isEmpty();
  }
}
