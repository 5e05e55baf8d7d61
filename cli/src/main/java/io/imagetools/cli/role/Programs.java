package io.imagetools.cli.role;

import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.program.InstallHint;
import io.imagetools.worker.program.InstalledProgram;
import io.imagetools.worker.program.KnownProgram;
import io.imagetools.worker.program.ProgramProbe;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.program.SkopeoDownload;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs that copy, found and tried.
 *
 * @param skopeo there must be one
 * @param buildx null: there is none, and skopeo pushes indexes, byte for byte the same
 */
record Programs(InstalledProgram skopeo, @Nullable InstalledProgram buildx) {
  private static final Logger LOG = LoggerFactory.getLogger(Programs.class);

  /**
   * Finds them; fetches a skopeo if there is none and the options say from where.
   *
   * @throws EnvironmentException if there is no skopeo, or one that was named does not serve
   */
  static Programs find(ProgramRunner runner, WorkerOptions options, Map<String, String> environment)
      throws InterruptedException {
    ProgramProbe probe = new ProgramProbe(runner, environment, InstallHint.forThisSystem());
    return new Programs(skopeo(probe, options, environment), buildx(probe, options.buildx()));
  }

  /**
   * Finds both where docker and the shell would, and fetches none.
   *
   * @throws EnvironmentException if one is missing, too old or broken; the message says which
   */
  static Programs both(ProgramRunner runner, Map<String, String> environment)
      throws InterruptedException {
    ProgramProbe probe = new ProgramProbe(runner, environment, InstallHint.forThisSystem());
    return new Programs(probe.require(KnownProgram.SKOPEO), probe.require(KnownProgram.BUILDX));
  }

  private static InstalledProgram skopeo(
      ProgramProbe probe, WorkerOptions options, Map<String, String> environment)
      throws InterruptedException {
    if (options.skopeo() != null) {
      return probe.verify(KnownProgram.SKOPEO, options.skopeo());
    }
    try {
      return probe.require(KnownProgram.SKOPEO);
    } catch (EnvironmentException e) {
      if (options.fetchSkopeo() == null) {
        throw e;
      }
      return probe.verify(KnownProgram.SKOPEO, fetch(options, environment));
    }
  }

  private static Path fetch(WorkerOptions options, Map<String, String> environment)
      throws InterruptedException {
    String sum = options.skopeoSha256();
    if (sum == null) {
      throw new EnvironmentException(
          "--fetch-skopeo needs --skopeo-sha256, so that nothing unverified is ever run.");
    }
    Path folder =
        SkopeoDownload.cacheFolder(environment)
            .orElseThrow(
                () ->
                    new EnvironmentException(
                        "There is no folder to keep skopeo in: set HOME or XDG_CACHE_HOME."));
    LOG.info("There is no skopeo here; fetching one from {}", options.fetchSkopeo());
    return new SkopeoDownload(String.valueOf(options.fetchSkopeo()), sum).into(folder);
  }

  private static @Nullable InstalledProgram buildx(ProgramProbe probe, @Nullable Path named)
      throws InterruptedException {
    if (named != null) {
      return probe.verify(KnownProgram.BUILDX, named);
    }
    try {
      return probe.require(KnownProgram.BUILDX);
    } catch (EnvironmentException e) {
      LOG.warn("{} Until then skopeo pushes the indexes, with the same digests.", e.getMessage());
      return null;
    }
  }
}
