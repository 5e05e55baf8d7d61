package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.ImageReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The argument lists that skopeo gets. References come in as types that hold to the grammar, and
 * every operand begins with its transport, so none can be read as an option. No secrets.
 *
 * <p>All of a machine's skopeos share one blob-info cache (a file that they lock), and that is
 * meant: it is where they know from which blobs can be mounted. Measured with 1.9.3, 160 images by
 * 20 processes, 56 % of the blobs shared: one cache 289 mounts, 351 uploads, 6.5 to 7.3 s of CPU;
 * one a slot 126, 514, 7.6 to 8.1; none 0, 640, 7.2 to 8.6 and a third slower. Waiting for the lock
 * showed in none of them.
 *
 * @param program skopeo's file
 * @param withoutPolicy whether this machine has no policy.json, without which skopeo does nothing
 */
record SkopeoCommand(String program, boolean withoutPolicy) {

  private static final String DOCKER = "docker://";

  /** Copies one manifest and its blobs. */
  List<String> copyOne(ImageReference source, Access from, ImageReference destination, Access to) {
    return copy(List.of(), source, from, destination, to);
  }

  /** Copies an index with all that it lists; the index last. */
  List<String> copyAll(ImageReference source, Access from, ImageReference destination, Access to) {
    return copy(List.of("--all"), source, from, destination, to);
  }

  /** Pushes the index that is in a folder of skopeo's {@code dir} transport, and nothing else. */
  List<String> pushIndex(Path folder, ImageReference destination, Access to) {
    List<String> argv = begin();
    argv.add("--multi-arch=index-only");
    argv.addAll(to.options(Side.DESTINATION));
    argv.add("dir:" + folder);
    argv.add(DOCKER + operand(destination));
    return List.copyOf(argv);
  }

  private List<String> copy(
      List<String> extra,
      ImageReference source,
      Access from,
      ImageReference destination,
      Access to) {
    List<String> argv = begin();
    argv.addAll(extra);
    argv.addAll(from.options(Side.SOURCE));
    argv.addAll(to.options(Side.DESTINATION));
    argv.add(DOCKER + operand(source));
    argv.add(DOCKER + operand(destination));
    return List.copyOf(argv);
  }

  /**
   * With --debug, since only then it says which blobs were there already. Without signatures, since
   * registries.d of this machine may have skopeo look for them, and push them or fail at that when
   * the tag is written; what is to come along comes by {@code --referrers}. The policy.json is
   * heeded all the same.
   */
  private List<String> begin() {
    List<String> argv = new ArrayList<>(List.of(program, "--debug"));
    if (withoutPolicy) {
      argv.add("--insecure-policy");
    }
    argv.add("copy");
    argv.add("--preserve-digests");
    argv.add("--remove-signatures");
    return argv;
  }

  /** Skopeo takes a tag or a digest, never both; the digest decides. */
  private static String operand(ImageReference reference) {
    return reference.digest() != null
        ? reference.repository() + "@" + reference.digest()
        : reference.repository() + ":" + reference.requireTag();
  }
}
