package io.imagetools.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongConsumer;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/**
 * A part of a blob as the body of a request: it is read while it is written, through one buffer,
 * and can't be sent twice. Knows whom it waits for, so that a failure names the right side.
 */
final class UploadBody extends AbstractHttpEntity {

  /** Held once a transfer; larger ones were not faster over loopback. */
  static final int BUFFER_BYTES = 64 << 10;

  private final BlobSource source;
  private final long length;
  private final Meter meter;

  /** What others may see of a transfer. Written by one thread. */
  static final class Meter {
    private final LongConsumer all;
    private volatile boolean atDestination;
    private volatile long sent;

    /**
     * Of one transfer.
     *
     * @param all told of the bytes as well, as they go
     */
    Meter(LongConsumer all) {
      this.all = all;
    }

    /** Whether the destination is what it waits for, or what failed. */
    boolean atDestination() {
      return atDestination;
    }

    /** Bytes, those that were sent twice included. */
    long sent() {
      return sent;
    }

    void waitsFor(boolean destination) {
      atDestination = destination;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    void add(long bytes) {
      sent += bytes;
      all.accept(bytes);
    }
  }

  UploadBody(BlobSource source, long length, Meter meter) {
    super(ContentType.APPLICATION_OCTET_STREAM, null);
    this.source = source;
    this.length = length;
    this.meter = meter;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, length))];
    long left = length;
    do {
      meter.waitsFor(false);
      int some = source.read(buffer, (int) Math.min(left, buffer.length));
      meter.waitsFor(true);
      out.write(buffer, 0, some);
      meter.add(some);
      left -= some;
    } while (left > 0);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public long getContentLength() {
    return length;
  }

  @Override
  public InputStream getContent() {
    throw new UnsupportedOperationException("it is written, not read");
  }

  @Override
  public void close() {
    // The source is closed by who opened it.
  }
}
