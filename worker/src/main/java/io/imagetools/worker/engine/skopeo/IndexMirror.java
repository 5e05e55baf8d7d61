package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.LogContext;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.engine.manifest.WantedIndex;
import io.imagetools.worker.registry.RegistryReads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
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

  /**
   * An index at its source.
   *
   * @param reference by digest
   * @param index what it says
   */
  record Source(ImageReference reference, ImageIndex index) {
    Digest digest() {
      return Objects.requireNonNull(reference.digest());
    }
  }

  private final RegistryReads registries;
  private final Copier copier;
  private final PlatformLookup platforms;

  IndexMirror(RegistryReads registries, Copier copier, PlatformLookup platforms) {
    this.registries = registries;
    this.copier = copier;
    this.platforms = platforms;
  }

  MirrorReport mirror(MirrorJob job, Source source, RegistryReads.@Nullable Head destination)
      throws MirrorFailure, InterruptedException {
    ImageIndex existing = job.platforms().isAll() ? null : existing(job, destination);
    Map<Digest, List<Platform>> resolved =
        job.platforms().isAll()
            ? Map.of()
            : platforms.ofUnstated(source.reference(), source.index());
    WantedIndex wanted =
        WantedIndex.choose(
            source.index(), job.platforms(), resolved, job.overwrite() ? null : existing);
    requireSelection(job, source, wanted);
    if (isServed(source, wanted, destination, existing)) {
      log.debug("Unchanged: {} offers {} already.", job.destination(), wanted.platforms());
      Digest served = Objects.requireNonNull(destination).digest();
      return report(false, source, served, wanted, ByteCounts.NONE);
    }
    boolean nested =
        source.index().children().stream().anyMatch(c -> MediaTypes.isIndex(c.mediaType()));
    return wanted.whole() && !nested
        ? copyWhole(job, source, wanted)
        : copyPieces(job, source, wanted);
  }

  private static void requireSelection(MirrorJob job, Source source, WantedIndex wanted)
      throws MirrorFailure {
    if (wanted.selected() == 0 && !job.platforms().isAll()) {
      String offered =
          source.index().platforms().stream()
              .map(Platform::toString)
              .distinct()
              .collect(Collectors.joining(", "));
      throw new MirrorFailure(
          FailureKind.PLATFORM_NOT_FOUND,
          job.source()
              + " has none of the platforms "
              + job.platforms()
              + "; it has: "
              + (offered.isEmpty() ? "none that it names" : offered));
    }
    if (!wanted.missing().isEmpty()) {
      log.info("{} has no {}; going on without.", job.source(), wanted.missing());
    }
  }

  private static boolean isServed(
      Source source,
      WantedIndex wanted,
      RegistryReads.@Nullable Head destination,
      @Nullable ImageIndex existing) {
    if (destination != null && wanted.whole()) {
      return destination.digest().equals(source.digest());
    }
    return existing != null && existing.saysTheSameAs(wanted.index());
  }

  /** What the destination's tag lists; null if that is nothing. */
  private @Nullable ImageIndex existing(MirrorJob job, RegistryReads.@Nullable Head destination)
      throws MirrorFailure, InterruptedException {
    if (destination == null || !MediaTypes.isIndex(destination.mediaType())) {
      return null;
    }
    return index(registries.get(job.destination().at(destination.digest())));
  }

  private static @Nullable ImageIndex index(Optional<RegistryReads.Fetched> fetched) {
    try {
      return fetched.isPresent()
              && ParsedManifest.parse(fetched.get().content(), fetched.get().mediaType())
                  instanceof ImageIndex index
          ? index
          : null;
    } catch (InvalidManifestException e) {
      return null; // Nothing in it is worth keeping; it is overwritten.
    }
  }

  private MirrorReport copyWhole(MirrorJob job, Source source, WantedIndex wanted)
      throws MirrorFailure, InterruptedException {
    log.info(
        "Copying {} with its {} images to {}.",
        source.reference(),
        source.index().children().size(),
        job.destination());
    CopyLog copies = new CopyLog(announcing(source.index(), MDC.getCopyOfContextMap()));
    copier.copyAll(source.reference(), job.destination(), copies);
    Served.require(registries, job.destination(), source.digest());
    ByteCounts bytes = account(job, copies, source.index().children());
    return report(true, source, source.digest(), wanted, bytes);
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
        .map(IndexMirror::describe)
        .orElse(digest.toString());
  }

  private static String describe(Descriptor child) {
    if (child.runsNowhere()) {
      return "an attestation (" + child.digest() + ")";
    }
    return child.platform().map(p -> p + " (" + child.digest() + ")").orElse("" + child.digest());
  }

  private MirrorReport copyPieces(MirrorJob job, Source source, WantedIndex wanted)
      throws MirrorFailure, InterruptedException {
    CopyLog copies = new CopyLog((number, digest) -> {});
    Set<Digest> seen = new LinkedHashSet<>();
    for (Descriptor child : wanted.index().children()) {
      if (seen.add(child.digest())) {
        ImageNumber.during(seen.size(), () -> copyChild(job, source, child, copies));
      }
    }
    Digest served = wanted.whole() ? pushSource(job, source) : pushSubset(job, wanted.index());
    ByteCounts bytes = account(job, copies, wanted.index().children());
    return report(true, source, served, wanted, bytes);
  }

  private void copyChild(MirrorJob job, Source source, Descriptor child, CopyLog copies)
      throws MirrorFailure, InterruptedException {
    ImageReference to = job.destination().at(child.digest());
    if (registries.head(to).isPresent()) {
      log.info("Unchanged: {}.", describe(child));
      return;
    }
    log.info("Copying {}.", describe(child));
    ImageReference from = source.reference().at(child.digest());
    if (MediaTypes.isIndex(child.mediaType())) {
      copier.copyAll(from, to, copies);
    } else {
      copier.copyOne(from, to, copies);
    }
  }

  private Digest pushSource(MirrorJob job, Source source)
      throws MirrorFailure, InterruptedException {
    byte[] bytes =
        registries
            .get(source.reference())
            .orElseThrow(() -> Served.mismatch(job.destination(), "lost its source"))
            .content();
    copier.pushIndex(bytes, job.destination());
    Served.require(registries, job.destination(), source.digest());
    return source.digest();
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
    Served.require(registries, job.destination(), meant);
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
    Optional<RegistryReads.Fetched> fetched = registries.get(job.destination());
    ImageIndex served = index(fetched);
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
    return new BlobAccount(registries, job.destination().repository(), copies).of(manifests);
  }

  private static MirrorReport report(
      boolean changed, Source source, Digest served, WantedIndex wanted, ByteCounts bytes) {
    return new MirrorReport(
        changed, source.digest(), served, wanted.platforms(), wanted.missing(), bytes);
  }
}
