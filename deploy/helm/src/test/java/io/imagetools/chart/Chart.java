package io.imagetools.chart;

import com.marcnuri.helm.Helm;
import java.nio.file.Files;
import java.nio.file.Path;

/** The chart of this project, as helm's own library renders it. */
final class Chart {

  private Chart() {}

  static Path folder() {
    return root().resolve("deploy/helm/image-tools");
  }

  /** The manifests of a release {@code mirror} in the namespace {@code images}. */
  static String rendered(Path values) {
    return new Helm(folder())
        .template()
        .withName("mirror")
        .withNamespace("images")
        .withKubeVersion("1.30.0")
        .withValuesFile(values)
        .call();
  }

  /** The folder of the launcher. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("image-tools"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("the tests run outside of the project");
      }
      folder = parent;
    }
    return folder;
  }
}
