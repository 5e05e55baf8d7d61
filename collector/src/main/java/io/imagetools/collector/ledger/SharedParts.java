package io.imagetools.collector.ledger;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.RunId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores equal parts once. Every record from the wire brings its own copy of the run's id, of the
 * platforms asked for, of the registries: with a hundred thousand jobs that is most of the memory.
 */
final class SharedParts {
  /** Enough for what repeats; what does not repeat is not worth a table. */
  private static final int MAX_PARTS = 4096;

  private final RunId run;
  private final Map<Object, Object> parts = new HashMap<>();

  SharedParts(RunId run) {
    this.run = run;
  }

  MirrorJob of(MirrorJob job) {
    return new MirrorJob(
        new JobId(run, job.id().number()),
        job.line(),
        of(job.source()),
        of(job.destination()),
        part(job.platforms()),
        job.overwrite(),
        job.referrers());
  }

  private ImageReference of(ImageReference reference) {
    Registry registry = part(reference.registry());
    return new ImageReference(
        new Repository(registry, reference.repository().path()),
        reference.tag() == null ? null : part(reference.tag()),
        reference.digest());
  }

  /** The same result, with that job if it is equal to its own. */
  MirrorResult of(MirrorResult result, @Nullable MirrorJob stored) {
    boolean sameDigest =
        result.sourceDigest() != null && result.sourceDigest().equals(result.destinationDigest());
    return new MirrorResult(
        stored != null && stored.equals(result.job()) ? stored : of(result.job()),
        result.outcome(),
        result.attempts(),
        result.delivery(),
        result.startedAt(),
        result.finishedAt(),
        part(result.bytes()),
        result.sourceDigest(),
        sameDigest ? result.sourceDigest() : result.destinationDigest(),
        part(result.platforms()),
        part(result.missing()),
        part(result.worker()));
  }

  @SuppressWarnings("unchecked")
  private <T> T part(T part) {
    Object stored = parts.get(part);
    if (stored == null && parts.size() < MAX_PARTS) {
      parts.put(part, part);
    }
    return stored == null ? part : (T) stored;
  }
}
