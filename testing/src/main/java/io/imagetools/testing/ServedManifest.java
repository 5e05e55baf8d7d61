package io.imagetools.testing;

import java.nio.charset.StandardCharsets;

/** A manifest as a registry served it. Immutable as long as nobody writes into the bytes. */
public final class ServedManifest {

  private final String mediaType;
  private final String digest;
  private final byte[] bytes;

  ServedManifest(String mediaType, String digest, byte[] bytes) {
    this.mediaType = mediaType;
    this.digest = digest;
    this.bytes = bytes;
  }

  /** The Content-Type of the answer. */
  public String mediaType() {
    return mediaType;
  }

  /** Computed from the bytes. */
  public String digest() {
    return digest;
  }

  /** Its very bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Its JSON text. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
