package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way: what the answer to the GET brings goes into the body of the PUT, on one
 * thread, through one buffer. Knows whom it waits for, so that a failure names the right side.
 */
final class Transfer {

  /** Held once a transfer; larger ones were not faster over loopback. */
  static final int BUFFER_BYTES = 64 << 10;

  /** Whose turn it is. */
  enum Side {
    SOURCE,
    DESTINATION
  }

  /** What the source sent is not the blob. The message is the end of a sentence. */
  static final class OtherBytesException extends IOException {
    private static final long serialVersionUID = 1L;

    OtherBytesException(String message) {
      super(message);
    }
  }

  private final Digest digest;
  private final long size;
  private volatile @Nullable InputStream body;
  private volatile Side side = Side.SOURCE;
  private volatile long moved;
  private volatile boolean whole;

  Transfer(Digest digest, long size) {
    this.digest = digest;
    this.size = size;
  }

  void from(InputStream stream) {
    body = stream;
  }

  /** Whom it waits for, or who failed. */
  Side side() {
    return side;
  }

  /** Bytes that were sent. */
  long moved() {
    return moved;
  }

  /** Whether all of the source's answer was read. */
  boolean whole() {
    return whole;
  }

  long size() {
    return size;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void writeTo(OutputStream out) throws IOException {
    InputStream in = body;
    if (in == null) {
      throw new IOException("there is nothing to send yet");
    }
    MessageDigest hash = hash();
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = size;
    do {
      side = Side.SOURCE;
      int read = left == 0 ? 0 : in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new OtherBytesException("sent " + left + " bytes less than its " + size);
      }
      hash.update(buffer, 0, read);
      left -= read;
      if (left == 0) {
        requireWhole(in, hash);
      }
      side = Side.DESTINATION;
      out.write(buffer, 0, read);
      moved += read;
    } while (left > 0);
  }

  private void requireWhole(InputStream in, MessageDigest hash) throws IOException {
    if (in.read() >= 0) {
      throw new OtherBytesException("sent more than its " + size + " bytes");
    }
    whole = true;
    String found = HexFormat.of().formatHex(hash.digest());
    if (!found.equals(digest.hex())) {
      throw new OtherBytesException(
          "sent bytes of another digest, " + digest.algorithm() + ":" + found);
    }
  }

  private MessageDigest hash() {
    try {
      return MessageDigest.getInstance(digest.algorithm().equals("sha256") ? "SHA-256" : "SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + digest.algorithm(), e);
    }
  }
}
