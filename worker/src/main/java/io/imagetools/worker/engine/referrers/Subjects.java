package io.imagetools.worker.engine.referrers;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.registry.RegistryReads;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which manifests of a job something may refer to. */
final class Subjects {

  private static final Logger log = LoggerFactory.getLogger(Subjects.class);

  private final RegistryReads destinations;

  Subjects(RegistryReads destinations) {
    this.destinations = destinations;
  }

  /**
   * The image, or the index and its children, by the digests that the source names them by: so does
   * what refers to them. An index of some of the children is another one than the source's: what
   * refers to that stays there.
   */
  Set<Digest> of(MirrorJob job, Finding finding) throws MirrorFailure, InterruptedException {
    Set<Digest> subjects = new LinkedHashSet<>();
    if (finding instanceof Finding.OneImage image) {
      subjects.add(image.served().digest());
    } else if (finding instanceof Finding.Index index) {
      if (index.wanted().whole()) {
        subjects.add(index.served().digest());
      } else {
        sayThatTheIndexIsAnother(job);
      }
      index.wanted().index().children().stream().map(Descriptor::digest).forEach(subjects::add);
    } else if (finding instanceof Finding.Unchanged unchanged) {
      addServed(job, unchanged, subjects);
    }
    return subjects;
  }

  private void addServed(MirrorJob job, Finding.Unchanged unchanged, Set<Digest> subjects)
      throws MirrorFailure, InterruptedException {
    Digest served = unchanged.report().destinationDigest();
    if (unchanged.whole()) {
      subjects.add(unchanged.report().sourceDigest());
    } else {
      sayThatTheIndexIsAnother(job);
    }
    ImageIndex index = Inspection.listed(destinations.get(job.destination().at(served)));
    if (index != null) {
      index.children().stream().map(Descriptor::digest).forEach(subjects::add);
    }
  }

  private static void sayThatTheIndexIsAnother(MirrorJob job) {
    log.info(
        "{} gets some of the platforms, so its index is another one: signatures of the source's"
            + " index are not copied, those of the images are. With -a all both are.",
        job.destination());
  }
}
