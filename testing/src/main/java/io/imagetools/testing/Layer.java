package io.imagetools.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A layer: a tar archive with one file of seeded bytes, compressed or not. Immutable. */
final class Layer {

  private static final int BLOCK = 512;

  private final String diffId;
  private final byte[] bytes;

  private Layer(String diffId, byte[] bytes) {
    this.diffId = diffId;
    this.bytes = bytes;
  }

  /**
   * Makes a layer; the same seed, label and size give the same bytes.
   *
   * @param label distinguishes layers; layers of one label are one layer
   * @param size bytes of the file in it, which do not compress
   */
  static Layer seeded(long seed, String label, int size, boolean compressed) {
    byte[] tar = tar(content(seed, label, size));
    return new Layer(Sha256.of(tar), compressed ? gzip(tar) : tar);
  }

  private static byte[] content(long seed, String label, int size) {
    String hex = Sha256.of((seed + "/" + label).getBytes(StandardCharsets.UTF_8)).substring(7);
    byte[] content = new byte[size];
    new Random(new BigInteger(hex, 16).longValue()).nextBytes(content);
    return content;
  }

  /** A ustar archive (POSIX.1-1988): header, content in blocks, two empty blocks. */
  private static byte[] tar(byte[] content) {
    byte[] header = new byte[BLOCK];
    put(header, 0, "content.bin");
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(content.length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\u000000");
    int sum = 0;
    for (byte value : header) {
      sum += Byte.toUnsignedInt(value);
    }
    put(header, 148, "%06o\u0000 ".formatted(sum));
    int blocks = (content.length + BLOCK - 1) / BLOCK;
    byte[] archive = Arrays.copyOf(header, BLOCK * (blocks + 3));
    System.arraycopy(content, 0, archive, BLOCK, content.length);
    return archive;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, offset, ascii.length);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail", e);
    }
    return compressed.toByteArray();
  }

  /** Digest of the archive before compression, which a config lists. */
  String diffId() {
    return diffId;
  }

  String digest() {
    return Sha256.of(bytes);
  }

  byte[] bytes() {
    return bytes;
  }
}
