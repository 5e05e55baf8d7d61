package io.imagetools.it;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.util.List;
import java.util.stream.IntStream;

/** Jobs that nobody performs. */
final class Jobs {
  private Jobs() {}

  static MirrorJob job(RunId run, int number) {
    return new MirrorJob(
        new JobId(run, number),
        number,
        ImageReference.parse("source.example/app:" + number),
        ImageReference.parse("destination.example/app:" + number),
        PlatformSelector.ALL,
        false,
        false);
  }

  static List<MirrorJob> jobs(RunId run, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(number -> job(run, number)).toList();
  }
}
