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

/**
 * Mirrors by the OCI distribution protocol, inside this process: no program, no disk, and 64 KiB a
 * blob that is on its way. What all slots know of blobs they share, so that each is sent once.
 */
public final class RegistryEngine implements MirrorEngine {

  private final RegistryReads destinations;
  private final Inspection inspection;
  private final Referrers referrers;
  private final Transfers transfers = new Transfers();
  private final ImageCopy.Parts parts;

  /**
   * An engine.
   *
   * @param reads asked for what is at sources; not closed here
   * @param writes takes what is missing, and is asked what that is
   * @param fleet knows what other workers send
   */
  public RegistryEngine(RegistryReads reads, RegistryWrites writes, FleetBlobs fleet) {
    this.destinations = writes.reads();
    this.inspection = new Inspection(reads, destinations);
    this.referrers = new Referrers(reads, writes);
    this.parts =
        new ImageCopy.Parts(reads, writes, new BlobDelivery(transfers, writes, fleet), transfers);
  }

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public MirrorReport mirror(MirrorJob job) throws MirrorFailure, InterruptedException {
    transfers.begin();
    try {
      Finding finding = inspection.of(job);
      Referrers.Brought more = referrers.bring(job, finding);
      return more.addedTo(mirror(job, finding));
    } finally {
      transfers.end();
    }
  }

  private MirrorReport mirror(MirrorJob job, Finding finding)
      throws MirrorFailure, InterruptedException {
    Tally tally = new Tally();
    ImageCopy copy = new ImageCopy(parts, job, tally);
    if (finding instanceof Finding.OneImage image) {
      ImageNumber.during(1, () -> copy.copy(image));
      Digest meant = image.served().digest();
      return image.done(job, Served.require(destinations, job.destination(), meant), tally.bytes());
    }
    if (finding instanceof Finding.Index index) {
      Digest meant = copy.copy(index);
      return index.done(Served.require(destinations, job.destination(), meant), tally.bytes());
    }
    return ((Finding.Unchanged) finding).report();
  }

  @Override
  public List<Check> check() {
    return List.of(); // It needs nothing but the registries, and those are looked at by name.
  }

  @Override
  public void close() {
    transfers.close();
  }
}
