package io.imagetools.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ManifestKind;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.testing.UnusualImages;
import io.imagetools.worker.engine.registry.RegistryBench;
import io.imagetools.worker.engine.skopeo.EngineBench;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the specifications allow and few programs make arrives by either engine. */
@Timeout(300)
class UnusualImagesTest {

  private static void check(
      Path folder, boolean withSkopeo, BiFunction<UnusualImages, String, String> make)
      throws Exception {
    try (RegistryServer source = new RegistryServer().withForeignLayers().start();
        RegistryServer destination = new RegistryServer().withForeignLayers().start();
        EngineFixture skopeo = EngineBench.in(folder, source, destination).build();
        EngineFixture registry = RegistryBench.of(source, destination)) {
      String digest = make.apply(new UnusualImages(source.host()), "odd/app");
      RegistryReader reader = new RegistryReader(destination);
      String from = source.host() + "/odd/app:1";

      registry.mirror(from, destination.host() + "/odd/one:1", "amd64,arm64");
      assertThat(reader.digest("odd/one", "1")).contains(digest);
      if (withSkopeo) {
        skopeo.mirror(from, destination.host() + "/odd/other:1", "amd64,arm64");
        assertThat(reader.digest("odd/other", "1")).contains(digest);
      }
    }
  }

  @Test
  void a_layer_compressed_with_zstd_arrives(@TempDir Path folder) throws Exception {
    check(folder, true, UnusualImages::zstd);
  }

  @Test
  void an_index_of_images_compressed_with_zstd_arrives(@TempDir Path folder) throws Exception {
    check(folder, true, UnusualImages::zstdIndex);
  }

  @Test
  void an_index_of_zstd_in_an_index_arrives(@TempDir Path folder) throws Exception {
    check(folder, true, UnusualImages::zstdIndexInAnIndex);
  }

  /** Skopeo 1.9.3 stops at it: "saved with digest sha256:…". */
  @Test
  void a_layer_with_a_sha512_digest_arrives_by_the_registry_engine(@TempDir Path folder)
      throws Exception {
    check(folder, false, UnusualImages::sha512);
  }

  /** Neither engine asks for its bytes: they are at an address where nobody answers. */
  @ParameterizedTest
  @EnumSource(ManifestKind.class)
  void a_layer_that_may_not_be_passed_on_stays_where_its_urls_say(
      ManifestKind kind, @TempDir Path folder) throws Exception {
    check(folder, true, (images, repository) -> images.foreign(repository, kind));
  }

  @Test
  void an_artifact_without_a_platform_arrives_whatever_is_selected(@TempDir Path folder)
      throws Exception {
    check(folder, true, UnusualImages::artifact);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "amd64"})
  void a_cache_of_buildkit_is_refused_by_its_name(String platforms, @TempDir Path folder)
      throws Exception {
    try (RegistryServer server = new RegistryServer().start();
        EngineFixture skopeo = EngineBench.in(folder, server).build();
        EngineFixture registry = RegistryBench.of(server)) {
      new UnusualImages(server.host()).buildCache("odd/cache");

      for (EngineFixture engine : List.of(skopeo, registry)) {
        MirrorFailure failure =
            engine.failure(
                server.host() + "/odd/cache:1", server.host() + "/odd/copy:1", platforms);

        assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
        assertThat(failure).hasMessageContaining("BuildKit cache");
      }
    }
  }
}
