package io.imagetools.worker.engine.image;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.engine.manifest.WantedIndex;
import io.imagetools.worker.registry.RegistryReads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what is left to do for a job, by HEAD and GET: an image that is there already costs one
 * HEAD on each side, one that is new a HEAD of its tag and the GET of its manifest. Everything is
 * addressed by the digest seen first: a source tag that moves meanwhile mixes nothing up.
 * Thread-safe.
 */
public final class Inspection {

  private static final Logger log = LoggerFactory.getLogger(Inspection.class);

  private final RegistryReads sources;
  private final RegistryReads destinations;
  private final FirstLook look;
  private final PlatformLookup platforms;

  /** An inspection of these registries. */
  public Inspection(RegistryReads sources, RegistryReads destinations) {
    this.sources = sources;
    this.destinations = destinations;
    this.look = FirstLook.atDestination(destinations);
    this.platforms = new PlatformLookup(sources);
  }

  /**
   * Looks.
   *
   * @throws MirrorFailure if the source has no such image, not for the platforms asked for, or not
   *     in a form that can be mirrored
   */
  public Finding of(MirrorJob job) throws MirrorFailure, InterruptedException {
    Optional<RegistryReads.Head> destination = look.head(job.destination());
    if (destination.isEmpty()) {
      return found(job, job.source(), null);
    }
    RegistryReads.Head source =
        sources.head(job.source()).orElseThrow(() -> notFound(job.source()));
    if (!dropsPlatforms(job, source) && isServed(job, destination.get(), source.digest())) {
      return unchanged(source.digest(), destination.get().digest());
    }
    return found(job, job.source().at(source.digest()), destination.get());
  }

  private Finding found(
      MirrorJob job, ImageReference from, RegistryReads.@Nullable Head destination)
      throws MirrorFailure, InterruptedException {
    RegistryReads.Fetched served = sources.get(from).orElseThrow(() -> notFound(from));
    ImageReference pinned = job.source().at(served.digest());
    ParsedManifest manifest = parse(pinned, served);
    return manifest instanceof ImageIndex index
        ? index(job, pinned, served, index, destination)
        : image(job, pinned, served, (ImageManifest) manifest);
  }

  /** Whether the destination may have to lose something although it is what the source is. */
  private static boolean dropsPlatforms(MirrorJob job, RegistryReads.Head source) {
    return job.overwrite() && !job.platforms().isAll() && MediaTypes.isIndex(source.mediaType());
  }

  private static Finding unchanged(Digest source, Digest destination) {
    log.debug("Unchanged: the destination has {} already.", source);
    return new Finding.Unchanged(
        new MirrorReport(false, source, destination, List.of(), List.of(), ByteCounts.NONE), true);
  }

  /** The failure of a source that is not there. */
  public static MirrorFailure notFound(ImageReference source) {
    return new MirrorFailure(
        FailureKind.SOURCE_NOT_FOUND,
        source.registry() + " has no " + source,
        source.registry(),
        List.of(),
        null,
        null);
  }

  /**
   * Reads a manifest of a source.
   *
   * @throws MirrorFailure UNSUPPORTED_MEDIA_TYPE if it can't be
   */
  public static ParsedManifest parse(ImageReference source, RegistryReads.Fetched served)
      throws MirrorFailure {
    try {
      return ParsedManifest.parse(served.content(), served.mediaType());
    } catch (InvalidManifestException e) {
      throw new MirrorFailure(
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          source + " can't be mirrored: " + e.getMessage(),
          source.registry(),
          List.of(),
          null,
          e);
    }
  }

  private Finding image(
      MirrorJob job, ImageReference source, RegistryReads.Fetched served, ImageManifest image)
      throws MirrorFailure, InterruptedException {
    Optional<Platform> platform =
        job.platforms().isAll() ? Optional.empty() : platforms.of(source, image);
    if (platform.isPresent() && !job.platforms().matches(platform.get())) {
      throw new MirrorFailure(
          FailureKind.PLATFORM_NOT_FOUND,
          source + " is for " + platform.get() + " only; asked for: " + job.platforms());
    }
    return new Finding.OneImage(source, served, image, platform);
  }

  private Finding index(
      MirrorJob job,
      ImageReference source,
      RegistryReads.Fetched served,
      ImageIndex index,
      RegistryReads.@Nullable Head destination)
      throws MirrorFailure, InterruptedException {
    ImageIndex existing = job.platforms().isAll() ? null : existing(job, destination);
    Map<Digest, List<Platform>> resolved =
        job.platforms().isAll() ? Map.of() : platforms.ofUnstated(source, index);
    WantedIndex wanted =
        WantedIndex.choose(index, job.platforms(), resolved, job.overwrite() ? null : existing);
    requireSelection(job, index, wanted);
    Finding.Index finding = new Finding.Index(source, served, index, wanted);
    if (destination != null && isServed(job, finding, destination, existing)) {
      log.debug("Unchanged: {} offers {} already.", job.destination(), wanted.platforms());
      return new Finding.Unchanged(
          finding.report(false, destination.digest(), ByteCounts.NONE), wanted.whole());
    }
    return finding;
  }

  private static void requireSelection(MirrorJob job, ImageIndex index, WantedIndex wanted)
      throws MirrorFailure {
    if (wanted.selected() == 0 && !job.platforms().isAll()) {
      String offered =
          index.platforms().stream()
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

  private boolean isServed(
      MirrorJob job,
      Finding.Index finding,
      RegistryReads.Head destination,
      @Nullable ImageIndex existing)
      throws MirrorFailure, InterruptedException {
    if (finding.wanted().whole()) {
      return isServed(job, destination, finding.served().digest());
    }
    return existing != null && existing.saysTheSameAs(finding.wanted().index());
  }

  private boolean isServed(MirrorJob job, RegistryReads.Head destination, Digest meant)
      throws MirrorFailure, InterruptedException {
    return Served.isSame(destinations, job.destination(), destination.digest(), meant);
  }

  /** What the destination's tag lists; null if that is nothing. */
  private @Nullable ImageIndex existing(MirrorJob job, RegistryReads.@Nullable Head destination)
      throws MirrorFailure, InterruptedException {
    if (destination == null || !MediaTypes.isIndex(destination.mediaType())) {
      return null;
    }
    return listed(destinations.get(job.destination().at(destination.digest())));
  }

  /** The index that was fetched; null if that is none. */
  public static @Nullable ImageIndex listed(Optional<RegistryReads.Fetched> fetched) {
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
}
