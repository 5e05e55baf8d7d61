package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.Check;
import io.imagetools.worker.credentials.AuthFileSource;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.ImageNumber;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.image.Served;
import io.imagetools.worker.engine.referrers.Referrers;
import io.imagetools.worker.program.InstallHint;
import io.imagetools.worker.program.InstalledProgram;
import io.imagetools.worker.program.KnownProgram;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors with skopeo, and with buildx where an index has to be put together. It asks registries by
 * HEAD and GET what is where, so that an image that is there already starts no process.
 */
public final class SkopeoEngine implements MirrorEngine {

  private static final Logger log = LoggerFactory.getLogger(SkopeoEngine.class);

  private final SkopeoSettings settings;
  private final RegistryReads destinations;
  private final ProgramRunner runner;
  private final Inspection inspection;
  private final Referrers referrers;
  private final IndexMirror indexes;
  private final Copier copier;

  /**
   * An engine.
   *
   * @param sources asked for what they have
   * @param writes asked for what destinations have; takes what refers to images: skopeo would store
   *     it and list it nowhere
   * @param credentials for the programs
   * @param runner runs them; closed with the engine
   */
  public SkopeoEngine(
      SkopeoSettings settings,
      RegistryReads sources,
      RegistryWrites writes,
      AuthFileSource credentials,
      ProgramRunner runner) {
    this.settings = settings;
    this.destinations = writes.reads();
    this.runner = runner;
    this.copier = new Copier(runner, settings, credentials);
    this.inspection = new Inspection(sources, destinations);
    this.referrers = new Referrers(sources, writes);
    this.indexes = new IndexMirror(sources, destinations, copier);
  }

  @Override
  public String name() {
    return "skopeo";
  }

  @Override
  public MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException {
    Finding finding = inspection.of(job);
    Referrers.Brought more = referrers.bring(job, finding);
    return more.addedTo(mirror(job, finding));
  }

  private MirrorReport mirror(MirrorJob job, Finding finding)
      throws MirrorFailure, InterruptedException {
    if (finding instanceof Finding.OneImage image) {
      return mirrorImage(job, image);
    }
    return finding instanceof Finding.Index index
        ? indexes.mirror(job, index)
        : ((Finding.Unchanged) finding).report();
  }

  private MirrorReport mirrorImage(MirrorJob job, Finding.OneImage image)
      throws MirrorFailure, InterruptedException {
    CopyLog copies = new CopyLog((number, child) -> {});
    ImageNumber.during(
        1,
        () -> {
          log.info("Copying {} to {}.", image.source(), job.destination());
          copier.copyOne(image.source(), job.destination(), copies);
        });
    Digest digest = Served.require(destinations, job.destination(), image.served().digest());
    return image.done(
        job,
        digest,
        new BlobAccount(destinations, job.destination().repository(), copies).of(List.of(digest)));
  }

  @Override
  public List<Check> check() {
    return List.of(
        Check.ok("skopeo", settings.skopeo().toString()),
        checkBuildx(settings.buildx()),
        checkFolder());
  }

  private static Check checkBuildx(@Nullable InstalledProgram buildx) {
    if (buildx == null) {
      return Check.failed(
          "buildx",
          "docker buildx was not found; skopeo pushes the indexes instead.",
          InstallHint.forThisSystem().sentence(KnownProgram.BUILDX));
    }
    return Check.ok(
        "buildx",
        BuildxCommand.isExact(buildx.version())
            ? buildx.toString()
            : buildx + "; it would add attestations, so skopeo pushes the indexes instead.");
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
