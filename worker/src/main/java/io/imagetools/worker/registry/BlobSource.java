package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a blob as its source sends them, in order and verified. Where the connection breaks,
 * the rest is asked for by a range (RFC 9110, 14), and the digest goes on. One thread reads; any
 * other may cancel or look at the progress.
 */
final class BlobSource implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BlobSource.class);
  private static final int SKIPPED_AT_ONCE = 64 << 10;

  private final Questions questions;
  private final BlobTransfer.Refusing refused;
  private final Query get;
  private final long size;
  private final Duration stall;
  private final BlobHash hash;
  private final CountDownLatch cancelled;
  private final Breaks breaks;
  private volatile @Nullable OpenBody body;
  private volatile long read;
  private boolean whole;

  /**
   * What is read.
   *
   * @param size in bytes
   */
  record Blob(Repository from, Digest digest, long size) {}

  BlobSource(
      Questions questions,
      BlobTransfer.Refusing refused,
      Blob blob,
      Duration stall,
      String purpose,
      CountDownLatch cancelled) {
    this.questions = questions;
    this.refused = refused;
    this.get =
        new Query(
            LoginTarget.of(blob.from()),
            "GET",
            "/v2/" + blob.from().path() + "/blobs/" + blob.digest(),
            Query.pull(blob.from()),
            "*/*",
            Exchange.MAX_ERROR_BYTES,
            purpose);
    this.size = blob.size();
    this.stall = stall;
    this.hash = new BlobHash(blob.digest());
    this.cancelled = cancelled;
    this.breaks = new Breaks(cancelled);
  }

  Query query() {
    return get;
  }

  /** Bytes that came, those that came twice included. */
  long progress() {
    return read;
  }

  /** Position of the next byte that {@link #read} gives. */
  long position() {
    return hash.position();
  }

  /** Whether all of it was read and is right. */
  boolean whole() {
    return whole;
  }

  /** Asks for all that is not read yet. */
  void open() throws MirrorFailure, InterruptedException {
    OpenBody opened = new OpenBody(position(), stall);
    body = opened;
    if (cancelled.getCount() == 0) {
      throw new InterruptedException("the transfer was given up");
    }
    Answer answer = questions.open(get, opened);
    if (!answer.ok() && !(answer.status() == 206 && position() > 0)) {
      throw refusal(answer);
    }
    try {
      align(answer, opened.stream());
    } catch (IOException e) {
      throw NetworkFailures.of(get, e);
    }
  }

  private MirrorFailure refusal(Answer answer) throws MirrorFailure, InterruptedException {
    return answer.absent()
        ? Refusals.odd(get, FailureKind.SOURCE_NOT_FOUND, "does not have it", List.of("" + answer))
        : refused.of(get, answer);
  }

  /** A registry may send all of it although a part was asked for: what was read is passed over. */
  private void align(Answer answer, InputStream in) throws IOException, MirrorFailure {
    long wanted = position();
    if (answer.ok()) {
      pass(in, wanted);
      return;
    }
    OptionalLong start = ContentRange.start(answer.header("content-range"));
    if (start.isEmpty() || start.getAsLong() != wanted) {
      throw Refusals.odd(
          get,
          FailureKind.REGISTRY_UNAVAILABLE,
          "was asked for the rest from byte " + wanted + " and sent another part");
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  private void pass(InputStream in, long bytes) throws IOException {
    byte[] passed = bytes == 0 ? new byte[0] : new byte[SKIPPED_AT_ONCE];
    long left = bytes;
    while (left > 0) {
      int some = in.read(passed, 0, (int) Math.min(left, passed.length));
      if (some < 0) {
        throw new IOException("the answer ended early");
      }
      left -= some;
      read += some;
    }
  }

  /**
   * Reads some of it.
   *
   * @return how many bytes; 0 only at the end. When the last byte is given, all is verified
   * @throws OtherBytesException if the source sends something else
   * @throws SourceException if it sends no more
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  int read(byte[] buffer, int most) throws IOException {
    long left = size - position();
    int some = left == 0 ? 0 : unbroken(buffer, (int) Math.min(left, most));
    if (some < 0) {
      throw new OtherBytesException("sent " + left + " bytes less than its " + size);
    }
    read += some;
    hash.update(buffer, some);
    if (position() == size && !whole) {
      finish();
    }
    return some;
  }

  private int unbroken(byte[] buffer, int most) throws IOException {
    while (true) {
      try {
        return stream().read(buffer, 0, most);
      } catch (IOException e) {
        again(NetworkFailures.of(get, e));
      }
    }
  }

  private InputStream stream() throws IOException {
    OpenBody opened = body;
    if (opened == null) {
      throw new IOException("there is nothing to read yet");
    }
    return opened.stream();
  }

  private void again(MirrorFailure broken) throws SourceException {
    MirrorFailure why = broken;
    try {
      while (true) {
        close();
        if (!breaks.goOn(position())) {
          throw new SourceException(why);
        }
        log.info("{}; going on at byte {} of {}.", why.getMessage(), position(), size);
        try {
          open();
          return;
        } catch (MirrorFailure e) {
          if (e.kind() != FailureKind.NETWORK) {
            throw new SourceException(e);
          }
          why = e;
        }
      }
    } catch (InterruptedException e) {
      throw new SourceException(e);
    }
  }

  private void finish() throws IOException {
    if (stream().read() >= 0) {
      throw new OtherBytesException("sent more than its " + size + " bytes");
    }
    hash.require();
    whole = true;
    OpenBody opened = body;
    if (opened != null) {
      opened.done();
    }
  }

  /** Goes to another position, back or on: {@link #read} gives the byte there next. */
  void seek(long to) throws IOException, MirrorFailure, InterruptedException {
    if (to == position()) {
      return;
    }
    close();
    whole = false;
    hash.rewind(to);
    open();
    byte[] passed = new byte[SKIPPED_AT_ONCE];
    while (position() < to) {
      read(passed, (int) Math.min(passed.length, to - position()));
    }
  }

  /** Ends the wait for a byte, from any thread. */
  void cancel() {
    OpenBody opened = body;
    if (opened != null) {
      opened.cancel();
    }
  }

  @Override
  public void close() {
    OpenBody opened = body;
    if (opened != null && !whole) {
      opened.close();
    }
  }
}
