package io.imagetools.worker.engine.image;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.manifest.WantedIndex;
import io.imagetools.worker.registry.RegistryReads;
import java.util.List;
import java.util.Optional;

/** What is left to do for a job. */
public sealed interface Finding {

  /**
   * Nothing: the destination has it.
   *
   * @param report says so
   * @param whole whether it is what the source has to the byte, be it that they name it by digests
   *     of two algorithms; else it is an index of a part
   */
  record Unchanged(MirrorReport report, boolean whole) implements Finding {}

  /**
   * One image is to be copied under the tag.
   *
   * @param source by digest
   * @param served its manifest
   * @param image what that says
   * @param platform what it runs on; empty if nobody asked, or it does not say
   */
  record OneImage(
      ImageReference source,
      RegistryReads.Fetched served,
      ImageManifest image,
      Optional<Platform> platform)
      implements Finding {

    /** The report once it is done. */
    public MirrorReport done(MirrorJob job, Digest destination, ByteCounts bytes) {
      return new MirrorReport(
          true,
          served.digest(),
          destination,
          platform.map(List::of).orElse(List.of()),
          platform.map(one -> job.platforms().missingFrom(List.of(one))).orElse(List.of()),
          bytes);
    }
  }

  /**
   * An index is to be made of some children, which are to be copied, or copied whole.
   *
   * @param source by digest
   * @param served its bytes
   * @param all what those say
   * @param wanted what the destination shall offer
   */
  record Index(
      ImageReference source, RegistryReads.Fetched served, ImageIndex all, WantedIndex wanted)
      implements Finding {

    /** Whether a child is an index itself. */
    public boolean nested() {
      return all.children().stream().anyMatch(child -> MediaTypes.isIndex(child.mediaType()));
    }

    /** The report once it is done. */
    public MirrorReport done(Digest destination, ByteCounts bytes) {
      return report(true, destination, bytes);
    }

    MirrorReport report(boolean changed, Digest destination, ByteCounts bytes) {
      return new MirrorReport(
          changed, served.digest(), destination, wanted.platforms(), wanted.missing(), bytes);
    }
  }
}
