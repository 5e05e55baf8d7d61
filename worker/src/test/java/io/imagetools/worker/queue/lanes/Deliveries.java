package io.imagetools.worker.queue.lanes;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import io.imagetools.worker.queue.Delivery;

/** Jobs that are handed out and that nobody performs. */
final class Deliveries {
  private Deliveries() {}

  static Delivery delivery(String run, int number) {
    return new Delivery(
        new MirrorJob(
            new JobId(new RunId(run), number),
            number,
            ImageReference.parse("source.example/app:1"),
            ImageReference.parse("destination.example/app:1"),
            PlatformSelector.ALL,
            false,
            false),
        1);
  }
}
