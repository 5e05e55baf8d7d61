package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.UploadBody.Meter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One blob on its way: what the source sends goes on to the destination, request by request. Where
 * a side breaks off, it is taken up where that side has got to, if it says so.
 */
final class BlobTransfer implements Watched {

  private static final Logger log = LoggerFactory.getLogger(BlobTransfer.class);

  private final Digest blob;
  private final long size;
  private final Repository to;
  private final RegistryWrites writes;
  private final UploadRequests requests;
  private final BlobSource source;
  private final Refusing refusing;
  private final RegistryWrites.Limits limits;
  private final long partBytes;
  private final Meter meter;
  private final TransferProgress said;
  private final CountDownLatch cancelled;
  private final Breaks breaks;
  private final PartlessRegistries partless;
  private RegistryWrites.Session session;

  /** It goes in one piece whatever its size, and is not continued in parts either. */
  private boolean wholeOnly;

  private boolean inParts;
  private boolean renewed;
  private long there;

  /** The registry was asked for {@link #there}, and has taken nothing there yet. */
  private boolean resumed;

  /** The registry has kept a part once. */
  private boolean keepsParts;

  /** When it last refused something, the upload was not there. */
  private boolean gone;

  /** The most of this upload that was ever sent. */
  private long sent;

  /** Turns a registry's answer into a failure. */
  @FunctionalInterface
  interface Refusing {
    MirrorFailure of(Query query, Answer answer) throws MirrorFailure, InterruptedException;
  }

  /**
   * What and how.
   *
   * @param cancelled the source's as well
   */
  record Order(
      BlobSource.Blob blob,
      RegistryWrites.Session session,
      BlobUpload.Terms terms,
      CountDownLatch cancelled) {}

  BlobTransfer(
      Order order,
      BlobSource source,
      UploadRequests requests,
      RegistryWrites writes,
      Refusing refusing) {
    this.blob = order.blob().digest();
    this.size = order.blob().size();
    this.limits = order.terms().limits();
    this.said = new TransferProgress(size, limits.said(), System.nanoTime());
    this.meter = new Meter(order.terms().sent());
    this.to = order.session().repository();
    this.session = order.session();
    this.partBytes = order.terms().partBytes();
    this.partless = order.terms().partless();
    this.wholeOnly = partless.contains(to.registry());
    this.inParts = !wholeOnly && size > partBytes;
    this.cancelled = order.cancelled();
    this.breaks = new Breaks(cancelled);
    this.source = source;
    this.requests = requests;
    this.writes = writes;
    this.refusing = refusing;
  }

  @Override
  public void run() throws MirrorFailure, InterruptedException {
    try (source) {
      open();
      while (!step()) {
        log.debug("{} in {}: {} of {} bytes.", blob, to, there, size);
      }
      if (wholeOnly) {
        partless.add(to.registry());
      }
    } catch (SourceException e) {
      requests.abandon(session);
      throw e.unwrap();
    } catch (OtherBytesException e) {
      requests.abandon(session);
      throw Refusals.odd(
          source.query(), FailureKind.DIGEST_MISMATCH, String.valueOf(e.getMessage()));
    }
  }

  private void open() throws MirrorFailure, InterruptedException {
    try {
      source.open();
    } catch (MirrorFailure e) {
      requests.abandon(session);
      throw e;
    }
  }

  /** One request, and what follows from its answer; true: the blob is there. */
  private boolean step()
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    Answer answer;
    boolean part = inParts && there < size;
    try {
      answer = part ? sendPart() : finish();
    } catch (SourceException | OtherBytesException e) {
      throw e;
    } catch (IOException e) {
      return recovered(NetworkFailures.of(requests.query(), e), true);
    }
    if (answer.done()) {
      return !part || advance(answer);
    }
    return part && UploadRefusals.ofPart(answer, there) ? partRefused(answer) : refused(answer);
  }

  private Answer sendPart() throws IOException, MirrorFailure, InterruptedException {
    long length = Math.min(partBytes, size - there);
    return requests.part(session, new UploadBody(source, length, meter), there);
  }

  private Answer finish() throws IOException, MirrorFailure, InterruptedException {
    return inParts
        ? requests.complete(session, blob)
        : requests.whole(session, blob, new UploadBody(source, size, meter));
  }

  /** Always false: the last part is not the end. */
  private boolean advance(Answer answer)
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    long before = there;
    long position = source.position();
    session = requests.next(session, answer);
    renewed = false;
    resumed = false;
    there = Math.min(ContentRange.uploaded(answer.header("range")).orElse(position), position);
    if (there <= before) {
      // Whether it is there nobody can say: ECR keeps it, and refuses it when it comes again.
      return startWithoutParts(to.registry() + " took a part and says that it has no more for it");
    }
    keepsParts = true;
    seek();
    return false;
  }

  /** It takes no parts; unless it is asked to go on at a place where it is not after all. */
  private boolean partRefused(Answer answer)
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    MirrorFailure failure = refusing.of(requests.query(), answer);
    return resumed ? recovered(failure, false) : startWithoutParts(failure.getMessage());
  }

  private boolean startWithoutParts(@Nullable String why)
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    log.info("{}; sending {} in one piece: {} may take no parts.", why, blob, to.registry());
    wholeOnly = true;
    startAnew();
    return false;
  }

  private boolean refused(Answer answer)
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    Optional<MirrorFailure> elsewhere = requests.wantsLoginElsewhere(answer);
    if (elsewhere.isPresent()) {
      return recovered(elsewhere.get(), false); // A new address may hold the right to write.
    }
    if (answer.status() == 401 && requests.renewed(answer)) {
      if (renewed) {
        throw Refusals.odd(
            requests.query(),
            FailureKind.UNAUTHORIZED,
            "gives out tokens and does not accept them");
      }
      renewed = true;
      log.debug("{} wants a fresh token in the middle of an upload.", to.registry());
      return recovered(refusing.of(requests.query(), answer), true);
    }
    MirrorFailure failure = refusing.of(requests.query(), answer);
    gone = answer.absent();
    if (UploadRefusals.lost(answer)) {
      return recovered(failure, !resumed); // What it said when it was asked was wrong.
    }
    throw failure;
  }

  /**
   * Goes on where the destination has got to; true: it has all of it after all.
   *
   * @param ask whether it is worth while to ask where that is; else the upload is begun anew
   */
  private boolean recovered(MirrorFailure first, boolean ask)
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    MirrorFailure why = first;
    while (ask ? breaks.goOn(there) : breaks.goOnAnew()) {
      try {
        if (source.whole() && writes.hasBlob(to, blob)) {
          return true;
        }
        resume(ask);
        log.info("{}; going on at byte {} of {}.", why.getMessage(), there, size);
        return false;
      } catch (MirrorFailure e) {
        if (e.kind() != FailureKind.NETWORK) {
          throw e;
        }
        why = e;
      }
    }
    if (losesParts() && why.kind() != FailureKind.UNAUTHORIZED) {
      return startWithoutParts(why.getMessage());
    }
    throw why;
  }

  /**
   * No part ever arrived: who refuses them may hang up before it says so. Or each time the upload
   * was gone after some of them: they may come to instances that know nothing of each other.
   */
  private boolean losesParts() {
    return inParts && (gone || !keepsParts) && sent() > 0 && cancelled.getCount() > 0;
  }

  private void resume(boolean ask)
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    Optional<UploadRequests.Status> status =
        ask && !wholeOnly
            ? requests.status(session).filter(said -> said.offset() <= sent())
            : Optional.empty();
    if (status.isEmpty()) {
      startAnew();
      return;
    }
    session = status.get().session();
    there = status.get().offset();
    resumed = true;
    keepsParts |= there > 0;
    inParts |= there > 0;
    seek();
  }

  private long sent() {
    sent = Math.max(sent, source.position());
    return sent;
  }

  private void startAnew()
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    session = writes.open(to);
    inParts = !wholeOnly && size > partBytes;
    resumed = false;
    there = 0;
    sent = 0;
    seek();
  }

  private void seek()
      throws SourceException, OtherBytesException, MirrorFailure, InterruptedException {
    try {
      source.seek(there);
    } catch (SourceException | OtherBytesException e) {
      throw e;
    } catch (IOException e) {
      throw NetworkFailures.of(source.query(), e);
    }
  }

  /** Whether the destination is whom it waits for. */
  boolean atDestination() {
    return meter.atDestination();
  }

  @Override
  public void cancel() {
    cancelled.countDown();
    source.cancel();
    requests.cancel();
  }

  @Override
  public long progress() {
    return source.progress() + meter.sent();
  }

  /** Of what the destination has, or is just given, no more than the source has sent. */
  @Override
  public void look(long nowNanos) {
    said.at(nowNanos, source.position()).ifPresent(far -> log.info("{} to {}: {}.", blob, to, far));
  }

  @Override
  public Duration stall() {
    return limits.stall();
  }

  @Override
  public Duration limit() {
    return limits.whole();
  }
}
