package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ImageTree;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.testing.UnusualImages;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.SilentRegistry;
import io.imagetools.worker.program.ProgramCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins, and what goes wrong around the copying. */
@Timeout(300)
class SkopeoEngineTroubleTest {

  private static final String PASSWORD = "p ss/w:rd+1";

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  private final Path folder;

  SkopeoEngineTroubleTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void stop() {
    source.close();
    destination.close();
  }

  private String to(String repository) {
    return destination.host() + "/" + repository + ":1";
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "arm64"})
  void logins_reach_the_programs_by_their_standard_input_only(String platforms) throws Exception {
    source.withBasicAuth("reader", PASSWORD).start();
    destination.withBasicAuth("writer", PASSWORD + "2").start();
    PushedImage image = new ImageCorpus(source).dockerList("app", "1");
    try (EngineBench bench =
        EngineBench.in(folder, source, destination)
            .login(source, "reader", PASSWORD)
            .login(destination, "writer", PASSWORD + "2")
            .build()) {
      bench.mirror(image.reference(), to("copy"), platforms);

      assertThat(new RegistryReader(destination).read("copy", "1").children()).isNotEmpty();
      assertThat(bench.runner().calls()).isNotEmpty();
      for (ProgramCall call : bench.runner().calls()) {
        assertThat(call.inputIsSecret()).isTrue();
        assertThat(call.argv() + "" + call.environment())
            .doesNotContain("reader", "writer", "p ss", "creds=");
      }
      bench.assertTidy();
    }
  }

  /** Two logins at one host: skopeo has to find them by repository, and buildx one by host. */
  @ParameterizedTest
  @ValueSource(strings = {"all", "arm64"})
  void logins_for_parts_of_a_registry_count_before_that_for_all_of_it(String platforms)
      throws Exception {
    destination.withBasicAuth("writer", PASSWORD).start();
    PushedImage image = new ImageCorpus(destination).dockerList("from/app", "1");
    String host = destination.host();
    try (EngineBench bench =
        EngineBench.in(folder, destination)
            .auths(
                """
                {"auths": {
                  "%1$s": {"username": "writer", "password": "wrong"},
                  "%1$s/from": {"username": "writer", "password": "%2$s"},
                  "%1$s/to/copy": {"username": "writer", "password": "%2$s"}}}
                """
                    .formatted(host, PASSWORD))
            .build()) {
      bench.mirror(image.reference(), to("to/copy"), platforms);

      assertThat(new RegistryReader(destination).read("to/copy", "1").children()).isNotEmpty();
      assertThat(bench.runner().calls()).isNotEmpty();
    }
  }

  @Test
  void a_login_for_one_side_is_not_needed_for_the_other() throws Exception {
    source.start();
    destination.withBasicAuth("writer", PASSWORD).start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (EngineBench bench =
        EngineBench.in(folder, source, destination)
            .login(destination, "writer", PASSWORD)
            .build()) {
      bench.mirror(image.reference(), to("copy"), "amd64");

      assertThat(new RegistryReader(destination).digest("copy", "1")).isPresent();
    }
  }

  @Test
  void a_wrong_login_is_unauthorized_and_names_the_registry() throws Exception {
    source.start();
    destination.withBasicAuth("writer", PASSWORD).start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (EngineBench bench =
        EngineBench.in(folder, source, destination).login(destination, "writer", "wrong").build()) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "amd64");

      assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
      assertThat(failure.registry()).hasToString(destination.host());
      assertThat(failure.getMessage() + failure.evidence()).doesNotContain("wrong");
      bench.assertTidy();
    }
  }

  @Test
  void registries_with_certificates_of_their_own_serve_when_named_insecure() throws Exception {
    source.withTls().start();
    destination.withTls().start();
    PushedImage image = new ImageCorpus(source).ociIndexOfFour("app", "1");
    try (EngineBench bench = EngineBench.in(folder, source, destination).build()) {
      bench.mirror(image.reference(), to("copy"), "arm");

      assertThat(new RegistryReader(destination).read("copy", "1").children()).hasSize(2);
    }
  }

  @Test
  void a_registry_that_is_not_named_insecure_is_not_trusted() throws Exception {
    source.start();
    destination.withTls().start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (EngineBench bench = EngineBench.in(folder, source).build()) {
      assertThat(bench.failure(image.reference(), to("copy"), "all").kind())
          .isEqualTo(FailureKind.UNTRUSTED);
    }
  }

  @Test
  void a_read_only_destination_refuses() throws Exception {
    source.start();
    destination.readOnly().start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    try (EngineBench bench = EngineBench.in(folder, source, destination).build()) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.DESTINATION_REFUSED);
      assertThat(failure.registry()).hasToString(destination.host());
    }
  }

  @Test
  void schema_1_is_refused_with_what_to_do() throws Exception {
    source.withSchema1().start();
    destination.start();
    PushedImage image = new ImageCorpus(source).schema1("old", "1");
    try (EngineBench bench = EngineBench.in(folder, source, destination).build()) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
      assertThat(failure).hasMessageContaining("schema 1");
      assertThat(bench.runner().calls()).isEmpty();
    }
  }

  @Test
  void a_temporary_folder_that_is_gone_is_said_and_what_to_do() throws Exception {
    source.withBasicAuth("reader", PASSWORD).start();
    destination.start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    Path gone = folder.resolve("gone");
    try (EngineBench bench =
        EngineBench.in(folder, source, destination)
            .login(source, "reader", PASSWORD)
            .temporary(gone)
            .build()) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.WORKER_RESOURCES);
      assertThat(failure)
          .hasMessage(
              "Could not make a folder in %s: there is no such folder."
                  + " Free some space there, or set TMPDIR.",
              gone);
      assertThat(bench.engine().check()).anyMatch(check -> !check.ok());
    }
  }

  private Path script(String body) throws IOException {
    Path file = Files.writeString(folder.resolve("fake-skopeo"), "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** As skopeo 1.18 does with layers that are compressed with zstd; its own words. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_skopeo_that_would_change_an_index_gets_its_images_one_by_one(boolean nested)
      throws Exception {
    source.start();
    destination.start();
    UnusualImages images = new UnusualImages(source.host());
    String digest = nested ? images.zstdIndexInAnIndex("app") : images.zstdIndex("app");
    Path refusing =
        script(
            """
            case "$*" in *--all*)
              cat >&2 <<'END'
            time="2026-11-28T00:22:25Z" level=fatal msg="Manifest list must be converted to type \\"application/vnd.oci.image.index.v1+json\\" to be written to destination, but we cannot modify it: \\"Instructed to preserve digests\\""
            END
              exit 1
            esac
            exec skopeo "$@"
            """);
    try (EngineBench bench = EngineBench.in(folder, source, destination).skopeo(refusing).build()) {
      bench.mirror(source.host() + "/app:1", to("copy"), "all");

      assertThat(new RegistryReader(destination).read("copy", "1"))
          .isEqualTo(new RegistryReader(source).read("app", "1"))
          .returns(digest, ImageTree::digest);
      assertThat(bench.runner().calls("--all")).hasSize(1);
      bench.assertTidy();
    }
  }

  @Test
  void a_skopeo_that_gets_no_memory_is_the_machines_fault() throws Exception {
    source.start();
    destination.start();
    PushedImage image = new ImageCorpus(source).ociImage("app", "1");
    Path poor = script("ulimit -v 300000; exec skopeo \"$@\""); // KiB: Go wants twice as much
    try (EngineBench bench = EngineBench.in(folder, source, destination).skopeo(poor).build()) {
      MirrorFailure failure = bench.failure(image.reference(), to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.WORKER_RESOURCES);
      assertThat(failure).hasMessageContaining("memory");
      bench.assertTidy();
    }
  }

  @Test
  void an_interrupt_ends_the_program_and_all_it_started() throws Exception {
    source.withBasicAuth("reader", PASSWORD).start();
    destination.start();
    PushedImage image = new ImageCorpus(source).ociIndex("app", "1");
    Path pids = folder.resolve("pids");
    Path slow =
        script("sleep 300 & echo $! $$ > " + pids + ".new; mv " + pids + ".new " + pids + "; wait");
    ExecutorService slot = Executors.newSingleThreadExecutor();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    try (EngineBench bench =
        EngineBench.in(folder, source, destination)
            .login(source, "reader", PASSWORD)
            .skopeo(slow)
            .build()) {
      slot.execute(
          () -> {
            try {
              bench.mirror(image.reference(), to("copy"), "all");
            } catch (MirrorFailure | InterruptedException | RuntimeException e) {
              thrown.complete(e);
            }
          });
      await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(pids));
      List<Long> started =
          List.of(Files.readString(pids).strip().split(" ", -1)).stream()
              .map(Long::valueOf)
              .toList();

      slot.shutdownNow();

      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
      for (long pid : started) {
        await()
            .atMost(Duration.ofMinutes(2))
            .untilAsserted(
                () -> assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty());
      }
      bench.assertTidy();
      assertThat(new RegistryReader(destination).digest("copy", "1")).isEmpty();
    }
  }

  @Test
  void a_skopeo_whose_registry_falls_silent_is_stopped() throws Exception {
    destination.start();
    try (SilentRegistry silent = new SilentRegistry();
        EngineBench bench =
            EngineBench.in(folder, destination)
                .insecure(silent.registry())
                .stall(Duration.ofSeconds(3))
                .build()) {
      MirrorFailure failure = bench.failure(silent.registry() + "/app:1", to("copy"), "all");

      assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
      assertThat(failure).hasMessageContaining("stood still for 3 s and was stopped");
      assertThat(new RegistryReader(destination).digest("copy", "1")).isEmpty();
      bench.assertTidy();
    }
  }

  @Test
  void an_engine_that_was_closed_does_not_blame_the_machine() throws Exception {
    source.start();
    destination.start();
    PushedImage image = new ImageCorpus(source).ociImage("app", "1");
    EngineBench bench = EngineBench.in(folder, source, destination).build();
    bench.engine().close();

    assertThat(catchThrowable(() -> bench.mirror(image.reference(), to("copy"), "all")))
        .isInstanceOf(InterruptedException.class);
    bench.close();
  }
}
