package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.process.Check;
import io.imagetools.worker.engine.MirrorEngine;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.MirrorReport;
import io.imagetools.worker.engine.image.Finding;
import io.imagetools.worker.engine.image.ImageNumber;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.image.Served;
import io.imagetools.worker.engine.referrers.Referrers;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Mirrors by the OCI distribution protocol, inside this process: no program, no disk, and 64 KiB a
 * blob that is on its way. What all slots know of blobs they share, so that each is sent once.
 */
public final class RegistryEngine implements MirrorEngine {

  /**
   * Blobs on their way at once in the whole worker; each takes a connection on either side, so this
   * must stay below half of the connections to one host.
   */
  static final int TRANSFERS = 24;

  private final RegistryReads reads;
  private final Inspection inspection;
  private final Referrers referrers;
  private final ExecutorService threads;
  private final ImageCopy.Parts parts;

  /**
   * An engine.
   *
   * @param reads asked for what is where; not closed here
   * @param writes takes what is missing
   * @param fleet knows what other workers send
   */
  public RegistryEngine(RegistryReads reads, RegistryWrites writes, FleetBlobs fleet) {
    this.reads = reads;
    this.inspection = new Inspection(reads);
    this.referrers = new Referrers(reads, writes);
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            TRANSFERS,
            task -> {
              Thread thread = new Thread(task, "registry-copy-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    this.parts = new ImageCopy.Parts(reads, writes, new BlobDelivery(writes, fleet), threads);
  }

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException {
    Finding finding = inspection.of(job);
    Referrers.Brought more = referrers.bring(job, finding);
    return more.addedTo(mirror(job, finding));
  }

  private MirrorReport mirror(MirrorJob job, Finding finding)
      throws MirrorFailure, InterruptedException {
    Tally tally = new Tally();
    ImageCopy copy = new ImageCopy(parts, job, tally);
    if (finding instanceof Finding.OneImage image) {
      ImageNumber.during(1, () -> copy.copy(image));
      Served.require(reads, job.destination(), image.served().digest());
      return image.done(job, tally.bytes());
    }
    if (finding instanceof Finding.Index index) {
      Digest meant = copy.copy(index);
      Served.require(reads, job.destination(), meant);
      return index.done(meant, tally.bytes());
    }
    return ((Finding.Unchanged) finding).report();
  }

  @Override
  public List<Check> check() {
    return List.of(); // It needs nothing but the registries, and those are looked at by name.
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
