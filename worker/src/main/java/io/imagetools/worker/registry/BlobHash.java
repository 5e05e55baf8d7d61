package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The digest of a blob that is read from its beginning, with places that it can go back to: a
 * registry may have less of an upload than was sent. Not safe for use by several threads.
 */
final class BlobHash {

  /** About 200 bytes of memory are kept for so many of a blob. */
  static final long BYTES_A_MARK = 16L << 20;

  private final Digest meant;
  private final List<MessageDigest> marks = new ArrayList<>();
  private MessageDigest hash;

  /** Written by the one thread that reads the blob. */
  private volatile long position;

  BlobHash(Digest meant) {
    this.meant = meant;
    this.hash = fresh(meant.algorithm());
  }

  private static MessageDigest fresh(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.equals("sha256") ? "SHA-256" : "SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  /** How much of the blob was seen; any thread may ask. */
  long position() {
    return position;
  }

  /** Sees the next bytes. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  void update(byte[] bytes, int length) {
    int seen = 0;
    while (seen < length) {
      long toMark = BYTES_A_MARK - position % BYTES_A_MARK;
      int piece = (int) Math.min(length - seen, toMark);
      hash.update(bytes, seen, piece);
      seen += piece;
      position += piece;
      if (piece == toMark) {
        marks.add(copy(hash));
      }
    }
  }

  /**
   * Goes back to the last mark that is not behind this position.
   *
   * @return where that is
   */
  long rewind(long to) {
    if (to >= position) {
      return position;
    }
    int kept = (int) (to / BYTES_A_MARK);
    marks.subList(kept, marks.size()).clear();
    hash = kept == 0 ? fresh(meant.algorithm()) : copy(marks.get(kept - 1));
    position = kept * BYTES_A_MARK;
    return position;
  }

  private static MessageDigest copy(MessageDigest hash) {
    try {
      return (MessageDigest) hash.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the digests of the Java platform can be copied", e);
    }
  }

  /**
   * Ends: nothing can be added.
   *
   * @throws OtherBytesException if the bytes are not those of the digest
   */
  void require() throws OtherBytesException {
    String found = HexFormat.of().formatHex(copy(hash).digest());
    if (!found.equals(meant.hex())) {
      throw new OtherBytesException(
          "sent bytes of another digest, " + meant.algorithm() + ":" + found);
    }
  }
}
