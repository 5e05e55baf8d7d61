package io.imagetools.worker.engine.referrers;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Tag;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.FirstLook;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings along what refers to an image, and what refers to that in turn, whoever copies the image
 * itself. It comes before the tag, so that whoever sees the tag finds the signature; a registry
 * takes what refers to a manifest before it has that (OCI distribution specification, "Pushing
 * Manifests with Subject"). What is there already costs questions only. Thread-safe.
 */
public final class Referrers {

  /** Manifests of one job: of all lists together no more than one of them may have. */
  static final int MAX_MANIFESTS = RegistryReads.MAX_REFERRERS;

  private static final Logger log = LoggerFactory.getLogger(Referrers.class);

  private final RegistryReads sources;
  private final RegistryReads destinations;
  private final RegistryWrites writes;
  private final Subjects subjects;

  /** For these registries. */
  public Referrers(RegistryReads sources, RegistryWrites writes) {
    this.sources = sources;
    this.destinations = writes.reads();
    this.writes = writes;
    this.subjects = new Subjects(destinations);
  }

  /**
   * What was brought.
   *
   * @param manifests how many the destination did not have
   * @param bytes what became of their blobs
   */
  public record Brought(int manifests, ByteCounts bytes) {
    static final Brought NOTHING = new Brought(0, ByteCounts.NONE);

    /** The report of the image with this added: a new signature is a change. */
    public MirrorReport addedTo(MirrorReport image) {
      return manifests == 0
          ? image
          : new MirrorReport(
              true,
              image.sourceDigest(),
              image.destinationDigest(),
              image.platforms(),
              image.missing(),
              image.bytes().plus(bytes));
    }
  }

  /**
   * Brings them, if the job asks for it.
   *
   * @param finding what is left to do for the image; that is not done here
   */
  public Brought bring(MirrorJob job, Finding finding) throws MirrorFailure, InterruptedException {
    if (!job.referrers()) {
      return Brought.NOTHING;
    }
    Walk walk = new Walk(job);
    walk.all(subjects.of(job, finding));
    if (walk.brought > 0) {
      log.info("Copied {} that refer to {}.", manifests(walk.brought), job.source());
    }
    return new Brought(walk.brought, walk.copy.bytes());
  }

  private static String manifests(int count) {
    return count == 1 ? "1 manifest" : count + " manifests";
  }

  /** From what is copied to what refers to it, and so on. */
  private final class Walk {
    private final MirrorJob job;
    private final FirstLook sourceTags = new FirstLook(sources, this::denied);
    private final FirstLook destinationTags = FirstLook.atDestination(destinations);
    private final ReferrerLists source;
    private final ReferrerLists destination;
    private final ArtifactCopy copy;
    private final Set<Digest> seen = new HashSet<>();
    private final Deque<Digest> open = new ArrayDeque<>();
    private int found;
    private int brought;
    private boolean deniedSaid;

    Walk(MirrorJob job) {
      this.job = job;
      this.source = new ReferrerLists(sources, sourceTags, job.source().repository());
      this.destination =
          new ReferrerLists(destinations, destinationTags, job.destination().repository());
      this.copy =
          new ArtifactCopy(
              sources, writes, job.source().repository(), job.destination().repository());
    }

    void all(Set<Digest> first) throws MirrorFailure, InterruptedException {
      seen.addAll(first);
      open.addAll(first);
      while (!open.isEmpty()) {
        Digest subject = open.remove();
        listed(subject);
        for (Tag tag : DigestTags.cosign(subject)) {
          tagged(tag);
        }
      }
    }

    private void listed(Digest subject) throws MirrorFailure, InterruptedException {
      List<Descriptor> wanted = source.of(subject);
      if (wanted.isEmpty()) {
        return;
      }
      Set<Digest> there = destination.among(subject, ReferrerLists.digests(wanted));
      List<Descriptor> unlisted = new ArrayList<>();
      for (Descriptor one : wanted) {
        if (there.contains(one.digest()) || bring(subject, one.digest(), unlisted)) {
          follow(one.digest());
        }
      }
      if (!unlisted.isEmpty()) {
        destination.add(subject, unlisted, writes);
      }
    }

    private boolean bring(Digest subject, Digest digest, List<Descriptor> unlisted)
        throws MirrorFailure, InterruptedException {
      Optional<ArtifactCopy.Fetched> fetched = copy.fetch(digest);
      boolean refers =
          fetched.isPresent()
              && fetched.get().referrer().subject().filter(subject::equals).isPresent();
      if (!refers) {
        log.warn(
            "{} lists {} among what refers to {}, and it {}. It is left out.",
            job.source().registry(),
            digest,
            subject,
            fetched.isEmpty() ? "does not have it" : "refers to something else");
        return false;
      }
      if (copy.refer(fetched.get())) {
        unlisted.add(fetched.get().referrer().listed());
      }
      brought++;
      return true;
    }

    private void tagged(Tag tag) throws MirrorFailure, InterruptedException {
      ImageReference from = job.source().repository().tagged(tag);
      Optional<RegistryReads.Head> head = sourceTags.head(from);
      if (head.isEmpty()) {
        return;
      }
      Digest digest = head.get().digest();
      ImageReference to = job.destination().repository().tagged(tag);
      boolean same =
          destinationTags.head(to).filter(there -> there.digest().equals(digest)).isPresent();
      if (!same) {
        Optional<ArtifactCopy.Fetched> fetched = copy.fetch(digest);
        if (fetched.isEmpty()) {
          return; // The tag has moved on since the look; the next run finds what it is now.
        }
        copy.tag(fetched.get(), to);
        brought++;
      }
      follow(digest);
    }

    /** Once a job: a registry that denies one tag denies dozens. */
    private void denied(MirrorFailure failure) {
      if (!deniedSaid) {
        log.warn(
            "Signatures of {} may be missing: a tag that is denied is taken for absent. {}",
            job.source(),
            failure.getMessage());
      }
      deniedSaid = true;
    }

    private void follow(Digest digest) throws MirrorFailure {
      if (!seen.add(digest)) {
        return;
      }
      open.add(digest);
      found++;
      if (found > MAX_MANIFESTS) {
        throw new MirrorFailure(
            FailureKind.UNSUPPORTED_MEDIA_TYPE,
            "More than "
                + MAX_MANIFESTS
                + " manifests refer to "
                + job.source()
                + " or to one another: mirror it without --referrers",
            job.source().registry(),
            List.of(),
            null,
            null);
      }
    }
  }
}
