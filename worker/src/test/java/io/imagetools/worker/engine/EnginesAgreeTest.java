package io.imagetools.worker.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.testing.CorpusPlatform;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ManifestKind;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.engine.registry.RegistryBench;
import io.imagetools.worker.engine.skopeo.EngineBench;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whichever engine copies, a destination serves the same, byte for byte, and the report says so.
 */
@Timeout(300)
class EnginesAgreeTest {

  private static void fill(RegistryServer server) {
    ImageCorpus corpus = new ImageCorpus(server);
    corpus.dockerList("agree/docker-list", "1");
    corpus.ociIndexOfFour("agree/four", "1");
    corpus.windowsAndLinux("agree/windows", "1");
    corpus.mixedIndex("agree/mixed", "1");
    corpus.annotatedIndex("agree/annotated", "1");
    corpus.indexWithoutMediaType("agree/untyped", "1");
    corpus.ociIndexWithAttestations("agree/attested", "1");
    corpus.ociImageWithPlainLayer("agree/plain", "1");
    corpus.image("agree/arm", "1", ManifestKind.DOCKER, CorpusPlatform.ARM64_V8);
    corpus.brokenIndex(server, "agree/broken", "1");
  }

  private static final List<String> REPOSITORIES =
      List.of(
          "agree/docker-list",
          "agree/four",
          "agree/windows",
          "agree/mixed",
          "agree/annotated",
          "agree/untyped",
          "agree/attested",
          "agree/plain",
          "agree/arm",
          "agree/broken",
          "agree/absent");

  /** What became of each image for each selection, one after the other into the same tag. */
  private static List<String> outcomes(
      EngineFixture bench, RegistryServer source, RegistryServer destination) throws Exception {
    List<String> outcomes = new ArrayList<>();
    RegistryReader reader = new RegistryReader(destination);
    for (String repository : REPOSITORIES) {
      String from = source.host() + "/" + repository + ":1";
      String to = destination.host() + "/" + repository + ":1";
      for (String platforms : List.of("arm64", "windows/amd64", "amd64,arm64", "all")) {
        String what = repository + " " + platforms + ": ";
        try {
          MirrorReport report = bench.mirror(from, to, platforms);
          String manifest = new String(reader.manifest(repository, "1").bytes(), UTF_8);
          outcomes.add(what + report + manifest + reader.read(repository, "1"));
        } catch (MirrorFailure e) {
          outcomes.add(what + e.kind() + " " + reader.digest(repository, "1"));
        }
      }
    }
    return outcomes;
  }

  @Test
  void both_engines_say_and_serve_the_same(@TempDir Path folder) throws Exception {
    try (RegistryServer source = new RegistryServer().start();
        RegistryServer one = new RegistryServer().start();
        RegistryServer other = new RegistryServer().start();
        EngineFixture skopeo = EngineBench.in(folder, source, one).build();
        EngineFixture registry = RegistryBench.of(source, other)) {
      fill(source);

      List<String> expected = outcomes(skopeo, source, one);
      List<String> found = outcomes(registry, source, other);

      for (int i = 0; i < expected.size(); i++) {
        assertThat(withoutBytes(found.get(i))).isEqualTo(withoutBytes(expected.get(i)));
      }
    }
  }

  /** Skopeo remembers on disk where blobs were, and mounts where this one sends, and vice versa. */
  private static String withoutBytes(String outcome) {
    return outcome.replaceAll("ByteCounts\\[[^]]*]", "");
  }
}
