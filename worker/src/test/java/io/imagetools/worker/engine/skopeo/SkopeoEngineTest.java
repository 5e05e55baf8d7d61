package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.testing.ImageTree;
import io.imagetools.testing.ManifestKind;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.MirrorEngineContract;
import io.imagetools.worker.program.Version;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do, with the real programs; and when which of them is started. */
class SkopeoEngineTest extends MirrorEngineContract {

  @Override
  protected EngineFixture open(Path folder, RegistryServer... servers)
      throws IOException, InterruptedException {
    return EngineBench.in(folder, servers).build();
  }

  private EngineBench bench(Path folder) throws IOException, InterruptedException {
    return EngineBench.in(folder, sourceServer, destinationServer).build();
  }

  @Test
  void buildx_makes_a_part_and_skopeo_does_not(@TempDir Path folder) throws Exception {
    PushedImage image = corpus.ociIndexOfFour("buildx/app", "1");
    try (EngineBench bench = bench(folder)) {
      bench.mirror(image.reference(), to("buildx/copy"), "arm,amd64");

      assertThat(bench.runner().calls("imagetools")).hasSize(1);
      assertThat(bench.runner().calls("--multi-arch=index-only")).isEmpty();
    }
  }

  @Test
  void skopeo_pushes_a_part_of_a_mixed_index(@TempDir Path folder) throws Exception {
    PushedImage image = corpus.mixedIndex("mixedpart/app", "1");
    try (EngineBench bench = bench(folder)) {
      bench.mirror(image.reference(), to("mixedpart/copy"), "amd64");

      ImageTree part = destination.read("mixedpart/copy", "1");
      assertThat(part.mediaType()).isEqualTo(ManifestKind.OCI.index());
      assertThat(bench.runner().calls("imagetools")).isEmpty();
      assertThat(bench.runner().calls("--multi-arch=index-only")).hasSize(1);
    }
  }

  @Test
  void without_buildx_skopeo_pushes_the_part(@TempDir Path folder) throws Exception {
    PushedImage image = corpus.dockerListOfFour("nobuildx/app", "1");
    try (EngineBench without =
        EngineBench.in(folder, sourceServer, destinationServer).withoutBuildx().build()) {
      without.mirror(image.reference(), to("nobuildx/copy"), "arm/v7");

      assertThat(destination.read("nobuildx/copy", "1").children())
          .containsExactly(source.read("nobuildx/app", "1").children().get(2));
      assertThat(without.mirror(image.reference(), to("nobuildx/copy"), "arm/v7").changed())
          .isFalse();
      without.assertTidy();
    }
  }

  @Test
  void a_buildx_that_adds_attestations_makes_no_index(@TempDir Path folder) throws Exception {
    PushedImage image = corpus.ociIndexOfFour("newbuildx/app", "1");
    try (EngineBench bench =
        EngineBench.in(folder, sourceServer, destinationServer)
            .buildx(new Version(0, 30, 0))
            .build()) {
      bench.mirror(image.reference(), to("newbuildx/copy"), "arm/v7");

      assertThat(bench.runner().calls("imagetools")).isEmpty();
      assertThat(destination.read("newbuildx/copy", "1").children())
          .containsExactly(source.read("newbuildx/app", "1").children().get(2));
      assertThat(bench.engine().check()).allMatch(check -> check.ok());
    }
  }

  @Test
  void what_is_there_or_can_not_be_copied_starts_no_process(@TempDir Path folder) throws Exception {
    PushedImage image = corpus.ociIndexOfFour("idle/app", "1");
    try (EngineBench bench = bench(folder)) {
      bench.mirror(image.reference(), to("idle/copy"), "arm/v7,amd64");
      bench.mirror(image.reference(), to("idle/whole"), "all");
      bench.runner().calls().clear();

      bench.mirror(image.reference(), to("idle/copy"), "arm/v7");
      bench.mirror(image.reference(), to("idle/whole"), "all");
      bench.failure(image.reference(), to("idle/other"), "s390x");
      bench.failure(sourceServer.host() + "/no/app:1", to("idle/other"), "all");

      assertThat(bench.runner().calls()).isEmpty();
    }
  }

  @Test
  void the_checks_are_all_well(@TempDir Path folder) throws Exception {
    try (EngineBench bench = bench(folder)) {
      assertThat(bench.engine().check()).hasSize(3).allMatch(check -> check.ok());
    }
  }
}
