package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.LogContext;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.FirstLook;
import io.imagetools.worker.engine.image.ImageNumber;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.image.Served;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.manifest.WantedIndex;
import io.imagetools.worker.registry.RegistryReads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Mirrors an index, whole or in part. Children first, the tag last: if any child can't be copied,
 * the tag stays what it was.
 */
final class IndexMirror {

  private static final Logger log = LoggerFactory.getLogger(IndexMirror.class);

  /** What buildx can't do, skopeo can't do either. */
  private static final Set<FailureKind> FINAL =
      Set.of(FailureKind.RATE_LIMITED, FailureKind.TIMEOUT, FailureKind.WORKER_RESOURCES);

  /** Indexes in indexes that are still gone through; as deep as no image is. */
  private static final int MAX_DEPTH = 4;

  private final RegistryReads sources;
  private final RegistryReads destinations;
  private final Copier copier;

  IndexMirror(RegistryReads sources, RegistryReads destinations, Copier copier) {
    this.sources = sources;
    this.destinations = destinations;
    this.copier = copier;
  }

  MirrorReport mirror(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    return source.wanted().whole() && !source.nested()
        ? copyWhole(job, source)
        : copyPieces(job, source, new CopyLog((number, digest) -> {}));
  }

  private MirrorReport copyWhole(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    log.info(
        "Copying {} with its {} images to {}.",
        source.source(),
        source.all().children().size(),
        job.destination());
    CopyLog copies = new CopyLog(announcing(source.all(), MDC.getCopyOfContextMap()));
    try {
      copier.copyAll(source.source(), job.destination(), copies);
    } catch (MirrorFailure e) {
      requireRefusal(e);
      return copyPieces(job, source, copies);
    }
    Digest served = Served.require(destinations, job.destination(), source.served().digest());
    ByteCounts bytes = account(job, copies, source.all().children());
    return source.done(served, bytes);
  }

  /**
   * Skopeo 1.14 to 1.21 want to write an annotation into an index whose images have layers that are
   * compressed with zstd, and stop when they have sent them all, since they may not (issue 2627 of
   * containers/skopeo). The index as such they push unchanged.
   *
   * @throws MirrorFailure if it is another failure
   */
  private static void requireRefusal(MirrorFailure failure) throws MirrorFailure {
    if (failure.kind() != FailureKind.UNSUPPORTED_MEDIA_TYPE) {
      throw failure;
    }
    log.info("Going on image by image, and then with the index alone. {}", failure.getMessage());
  }

  /** Says which image skopeo is at, in the log context of the job: the reading thread has none. */
  private static BiConsumer<Integer, Digest> announcing(
      ImageIndex index, @Nullable Map<String, String> context) {
    return (number, digest) -> {
      MDC.setContextMap(context == null ? Map.of() : context);
      MDC.put(LogContext.IMAGE, number.toString());
      log.info("Copying {}.", describe(index, digest));
      MDC.clear();
    };
  }

  private static String describe(ImageIndex index, Digest digest) {
    return index.children().stream()
        .filter(child -> child.digest().equals(digest))
        .findFirst()
        .map(Descriptor::shown)
        .orElse(digest.toString());
  }

  private MirrorReport copyPieces(MirrorJob job, Finding.Index source, CopyLog copies)
      throws MirrorFailure, InterruptedException {
    WantedIndex wanted = source.wanted();
    copyChildren(source.source(), job.destination(), wanted.index(), copies, 1);
    Digest served = wanted.whole() ? pushSource(job, source) : pushSubset(job, wanted.index());
    ByteCounts bytes = account(job, copies, wanted.index().children());
    return source.done(served, bytes);
  }

  private void copyChildren(
      ImageReference source,
      ImageReference destination,
      ImageIndex index,
      CopyLog copies,
      int depth)
      throws MirrorFailure, InterruptedException {
    Set<Digest> seen = new LinkedHashSet<>();
    for (Descriptor child : index.children()) {
      if (seen.add(child.digest())) {
        ImageReference from = source.at(child.digest());
        ImageReference to = destination.at(child.digest());
        ImageNumber.during(seen.size(), () -> copyChild(from, to, child, copies, depth));
      }
    }
  }

  private void copyChild(
      ImageReference from, ImageReference to, Descriptor child, CopyLog copies, int depth)
      throws MirrorFailure, InterruptedException {
    if (FirstLook.atDestination(destinations).head(to).isPresent()) {
      log.info("Unchanged: {}.", child.shown());
      return;
    }
    log.info("Copying {}.", child.shown());
    if (MediaTypes.isIndex(child.mediaType())) {
      copyNested(from, to, copies, depth);
    } else {
      copier.copyOne(from, to, copies);
    }
  }

  private void copyNested(ImageReference from, ImageReference to, CopyLog copies, int depth)
      throws MirrorFailure, InterruptedException {
    try {
      copier.copyAll(from, to, copies);
    } catch (MirrorFailure e) {
      if (depth == MAX_DEPTH) {
        throw e;
      }
      requireRefusal(e);
      RegistryReads.Fetched served = sources.get(from).orElseThrow(() -> Inspection.notFound(from));
      if (!(Inspection.parse(from, served) instanceof ImageIndex index)) {
        throw e;
      }
      copyChildren(from, to, index, copies, depth + 1);
      copier.pushIndex(served.content(), to);
    }
  }

  private Digest pushSource(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    copier.pushIndex(source.served().content(), job.destination());
    return Served.require(destinations, job.destination(), source.served().digest());
  }

  private Digest pushSubset(MirrorJob job, ImageIndex index)
      throws MirrorFailure, InterruptedException {
    if (copier.canAssemble(index, job.destination().registry())) {
      Optional<Digest> served = assemble(job, index);
      if (served.isPresent()) {
        return served.get();
      }
    }
    byte[] bytes = index.bytes();
    copier.pushIndex(bytes, job.destination());
    return Served.require(destinations, job.destination(), Digest.sha256(bytes));
  }

  /** Lets buildx do it; empty if it did not, or not quite. */
  private Optional<Digest> assemble(MirrorJob job, ImageIndex index)
      throws MirrorFailure, InterruptedException {
    try {
      copier.assemble(index, job.destination());
    } catch (MirrorFailure e) {
      if (FINAL.contains(e.kind())) {
        throw e;
      }
      log.debug("buildx could not; skopeo pushes the index instead. {}", e.getMessage());
      return Optional.empty();
    }
    Optional<RegistryReads.Fetched> fetched = destinations.get(job.destination());
    ImageIndex served = Inspection.listed(fetched);
    if (fetched.isPresent() && served != null && served.saysTheSameAs(index)) {
      return Optional.of(fetched.get().digest());
    }
    log.warn("buildx made another index than was meant; skopeo pushes the right one now.");
    return Optional.empty();
  }

  private ByteCounts account(MirrorJob job, CopyLog copies, List<Descriptor> children)
      throws InterruptedException {
    List<Digest> manifests = new ArrayList<>();
    children.forEach(child -> manifests.add(child.digest()));
    return new BlobAccount(destinations, job.destination().repository(), copies).of(manifests);
  }
}
