package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.program.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The argument lists that buildx gets, and what it can be asked for.
 *
 * @param program the file of the plug-in; it works without the docker command
 */
record BuildxCommand(String program) {

  /** From this on it adds what it finds that is about the children (docker/buildx, PR 3433). */
  private static final Version ADDS_ATTESTATIONS = new Version(0, 30, 0);

  private static final Pattern LOOPBACK =
      Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3})(?::[0-9]+)?");

  /** Makes an index of descriptors, each in a file of its own, and pushes it under a tag. */
  List<String> create(ImageReference destination, List<Path> descriptors) {
    List<String> argv = new ArrayList<>(List.of(program, "imagetools", "create"));
    argv.add("--tag=" + destination.repository() + ":" + destination.requireTag());
    for (Path descriptor : descriptors) {
      argv.add("--file=" + descriptor);
    }
    return List.copyOf(argv);
  }

  /** Whether a buildx of this version lists what it is told to and nothing else. */
  static boolean isExact(Version version) {
    return version.compareTo(ADDS_ATTESTATIONS) < 0;
  }

  /**
   * Whether buildx makes this very index (measured with 0.13.1): it derives the kind from the
   * children, keeps platforms and annotations of descriptors, and drops whatever else they and the
   * index say. What is listed twice is left to skopeo.
   */
  static boolean canExpress(ImageIndex index) {
    boolean docker = index.mediaType().equals(MediaTypes.DOCKER_LIST);
    String child = docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
    return !index.saysMore()
        && !index.children().isEmpty()
        && index.children().stream().map(Descriptor::digest).distinct().count()
            == index.children().size()
        && index.children().stream()
            .allMatch(
                descriptor -> descriptor.mediaType().equals(child) && descriptor.isPlain(!docker));
  }

  /**
   * Whether buildx gets there (measured with 0.13.1): it can't be told to go without verification,
   * and speaks plain http with this machine only.
   */
  static boolean canReach(Registry registry, boolean insecure) {
    return !insecure || LOOPBACK.matcher(registry.host()).matches();
  }
}
