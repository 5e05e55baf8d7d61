package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Platform;
import io.imagetools.common.image.PlatformPattern;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.Check;
import io.imagetools.worker.credentials.AuthFileSource;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.ImageManifest;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import io.imagetools.worker.program.InstallHint;
import io.imagetools.worker.program.InstalledProgram;
import io.imagetools.worker.program.KnownProgram;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.registry.RegistryReads;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors with skopeo, and with buildx where an index has to be put together. It asks registries by
 * HEAD and GET what is where, so that an image that is there already starts no process. Everything
 * is addressed by the digest seen first: a source tag that moves meanwhile mixes nothing up.
 */
public final class SkopeoEngine implements MirrorEngine {

  private static final Logger log = LoggerFactory.getLogger(SkopeoEngine.class);

  private final SkopeoSettings settings;
  private final RegistryReads registries;
  private final ProgramRunner runner;
  private final PlatformLookup platforms;
  private final IndexMirror indexes;
  private final Copier copier;

  /**
   * An engine.
   *
   * @param registries asked for what is where
   * @param credentials for the programs
   * @param runner runs them; closed with the engine
   */
  public SkopeoEngine(
      SkopeoSettings settings,
      RegistryReads registries,
      AuthFileSource credentials,
      ProgramRunner runner) {
    this.settings = settings;
    this.registries = registries;
    this.runner = runner;
    this.copier = new Copier(runner, settings, credentials);
    this.platforms = new PlatformLookup(registries);
    this.indexes = new IndexMirror(registries, copier, platforms);
  }

  @Override
  public String name() {
    return "skopeo";
  }

  @Override
  public MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException {
    RegistryReads.Head source =
        registries.head(job.source()).orElseThrow(() -> notFound(job.source()));
    Optional<RegistryReads.Head> destination = registries.head(job.destination());
    boolean same = destination.isPresent() && destination.get().digest().equals(source.digest());
    if (same && !dropsPlatforms(job, source)) {
      return unchanged(source.digest());
    }
    ImageReference pinned = job.source().at(source.digest());
    RegistryReads.Fetched fetched = registries.get(pinned).orElseThrow(() -> notFound(pinned));
    ParsedManifest manifest = parse(pinned, fetched);
    if (manifest instanceof ImageIndex index) {
      return indexes.mirror(job, new IndexMirror.Source(pinned, index), destination.orElse(null));
    }
    return mirrorImage(job, pinned, (ImageManifest) manifest);
  }

  /** Whether the destination may have to lose something although it is what the source is. */
  private static boolean dropsPlatforms(MirrorJob job, RegistryReads.Head source) {
    return job.overwrite() && !job.platforms().isAll() && MediaTypes.isIndex(source.mediaType());
  }

  private static MirrorReport unchanged(Digest digest) {
    log.debug("Unchanged: the destination has {} already.", digest);
    return new MirrorReport(false, digest, digest, List.of(), List.of(), ByteCounts.NONE);
  }

  private static MirrorFailure notFound(ImageReference source) {
    return new MirrorFailure(
        FailureKind.SOURCE_NOT_FOUND,
        source.registry() + " has no " + source,
        source.registry(),
        List.of(),
        null,
        null);
  }

  private static ParsedManifest parse(ImageReference source, RegistryReads.Fetched fetched)
      throws MirrorFailure {
    try {
      return ParsedManifest.parse(fetched.content(), fetched.mediaType());
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

  private MirrorReport mirrorImage(MirrorJob job, ImageReference source, ImageManifest image)
      throws MirrorFailure, InterruptedException {
    Optional<Platform> platform =
        job.platforms().isAll() ? Optional.empty() : platforms.of(source, image);
    if (platform.isPresent() && !job.platforms().matches(platform.get())) {
      throw new MirrorFailure(
          FailureKind.PLATFORM_NOT_FOUND,
          source + " is for " + platform.get() + " only; asked for: " + job.platforms());
    }
    Digest digest = Objects.requireNonNull(source.digest());
    CopyLog copies = new CopyLog((number, child) -> {});
    ImageNumber.during(
        1,
        () -> {
          log.info("Copying {} to {}.", source, job.destination());
          copier.copyOne(source, job.destination(), copies);
        });
    Served.require(registries, job.destination(), digest);
    List<Platform> offered = platform.map(List::of).orElse(List.of());
    List<PlatformPattern> missing = job.platforms().missingFrom(offered);
    ByteCounts bytes =
        new BlobAccount(registries, job.destination().repository(), copies).of(List.of(digest));
    return new MirrorReport(
        true, digest, digest, offered, platform.isEmpty() ? List.of() : missing, bytes);
  }

  @Override
  public List<Check> check() {
    return List.of(
        Check.ok("skopeo", settings.skopeo().toString()),
        checkBuildx(settings.buildx()),
        checkFolder());
  }

  private static Check checkBuildx(@Nullable InstalledProgram buildx) {
    return buildx != null
        ? Check.ok("buildx", buildx.toString())
        : Check.failed(
            "buildx",
            "docker buildx was not found; skopeo pushes the indexes instead.",
            InstallHint.forThisSystem().sentence(KnownProgram.BUILDX));
  }

  private Check checkFolder() {
    var folder = settings.temporaryFolder();
    boolean usable = Files.isDirectory(folder) && Files.isWritable(folder);
    return usable
        ? Check.ok("temporary folder", folder + " can be written to.")
        : Check.failed(
            "temporary folder", folder + " can't be written to.", "Set TMPDIR to one that can.");
  }

  @Override
  public void close() {
    runner.close();
  }
}
