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

  private final RegistryReads destinations;
  private final Copier copier;

  IndexMirror(RegistryReads destinations, Copier copier) {
    this.destinations = destinations;
    this.copier = copier;
  }

  MirrorReport mirror(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    return source.wanted().whole() && !source.nested()
        ? copyWhole(job, source)
        : copyPieces(job, source);
  }

  private MirrorReport copyWhole(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    log.info(
        "Copying {} with its {} images to {}.",
        source.source(),
        source.all().children().size(),
        job.destination());
    CopyLog copies = new CopyLog(announcing(source.all(), MDC.getCopyOfContextMap()));
    copier.copyAll(source.source(), job.destination(), copies);
    Served.require(destinations, job.destination(), source.served().digest());
    ByteCounts bytes = account(job, copies, source.all().children());
    return source.done(source.served().digest(), bytes);
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

  private MirrorReport copyPieces(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    WantedIndex wanted = source.wanted();
    CopyLog copies = new CopyLog((number, digest) -> {});
    Set<Digest> seen = new LinkedHashSet<>();
    for (Descriptor child : wanted.index().children()) {
      if (seen.add(child.digest())) {
        ImageNumber.during(seen.size(), () -> copyChild(job, source, child, copies));
      }
    }
    Digest served = wanted.whole() ? pushSource(job, source) : pushSubset(job, wanted.index());
    ByteCounts bytes = account(job, copies, wanted.index().children());
    return source.done(served, bytes);
  }

  private void copyChild(MirrorJob job, Finding.Index source, Descriptor child, CopyLog copies)
      throws MirrorFailure, InterruptedException {
    ImageReference to = job.destination().at(child.digest());
    if (FirstLook.atDestination(destinations).head(to).isPresent()) {
      log.info("Unchanged: {}.", child.shown());
      return;
    }
    log.info("Copying {}.", child.shown());
    ImageReference from = source.source().at(child.digest());
    if (MediaTypes.isIndex(child.mediaType())) {
      copier.copyAll(from, to, copies);
    } else {
      copier.copyOne(from, to, copies);
    }
  }

  private Digest pushSource(MirrorJob job, Finding.Index source)
      throws MirrorFailure, InterruptedException {
    copier.pushIndex(source.served().content(), job.destination());
    Served.require(destinations, job.destination(), source.served().digest());
    return source.served().digest();
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
    Digest meant = Digest.sha256(bytes);
    Served.require(destinations, job.destination(), meant);
    return meant;
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
