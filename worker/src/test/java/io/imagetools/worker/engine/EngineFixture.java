package io.imagetools.worker.engine;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.io.IOException;

/** An engine that can be tested, with what belongs to it. */
public interface EngineFixture extends AutoCloseable {

  /** The engine. */
  MirrorEngine engine();

  /** Nothing is left of any job: no process, no file. */
  void assertTidy() throws IOException;

  /** Performs a job. */
  default MirrorReport mirror(String source, String destination, String platforms)
      throws MirrorFailure, InterruptedException {
    return engine().mirror(job(source, destination, platforms, false));
  }

  /** Performs a job with all that refers to its image. */
  default MirrorReport mirrorWithReferrers(String source, String destination, String platforms)
      throws MirrorFailure, InterruptedException {
    return engine().mirror(withReferrers(job(source, destination, platforms, false)));
  }

  /** Performs a job that takes away what was not asked for. */
  default MirrorReport overwrite(String source, String destination, String platforms)
      throws MirrorFailure, InterruptedException {
    return engine().mirror(job(source, destination, platforms, true));
  }

  /** Performs a job that fails. */
  default MirrorFailure failure(String source, String destination, String platforms) {
    return catchThrowableOfType(MirrorFailure.class, () -> mirror(source, destination, platforms));
  }

  /** A job. */
  static MirrorJob job(String source, String destination, String platforms, boolean overwrite) {
    return new MirrorJob(
        new JobId(new RunId("test"), 1),
        1,
        ImageReference.parse(source),
        ImageReference.parse(destination),
        PlatformSelector.parse(platforms),
        overwrite,
        false);
  }

  /** The same job with all that refers to its image. */
  static MirrorJob withReferrers(MirrorJob job) {
    return new MirrorJob(
        job.id(),
        job.line(),
        job.source(),
        job.destination(),
        job.platforms(),
        job.overwrite(),
        true);
  }

  @Override
  void close();
}
