package io.imagetools.common.image;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest, {@code sha256:…} or {@code sha512:…} (OCI image specification, descriptor.md).
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex lower case, 64 or 128 digits
 */
public record Digest(String algorithm, String hex) {

  private static final Pattern SHA256 = Pattern.compile("[a-f0-9]{64}");
  private static final Pattern SHA512 = Pattern.compile("[a-f0-9]{128}");

  /**
   * Validates the digest.
   *
   * @throws InvalidReferenceException if the algorithm is not registered by OCI or the digits do
   *     not fit it
   */
  public Digest {
    boolean fits =
        switch (algorithm) {
          case "sha256" -> SHA256.matcher(hex).matches();
          case "sha512" -> SHA512.matcher(hex).matches();
          default -> false;
        };
    if (!fits) {
      throw new InvalidReferenceException(
          "'" + Shown.of(algorithm + ":" + hex) + "' is not a sha256 or sha512 digest");
    }
  }

  /**
   * The inverse of {@link #toString()}.
   *
   * @throws InvalidReferenceException if the text is no digest
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new InvalidReferenceException("'" + Shown.of(text) + "' is not a digest");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The sha256 digest of these bytes. */
  public static Digest sha256(byte[] content) {
    return new Digest("sha256", HexFormat.of().formatHex(hash("SHA-256", content)));
  }

  /** The sha256 digest of the UTF-8 form of a text. */
  public static Digest sha256(String content) {
    return sha256(content.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether these bytes have this digest. */
  public boolean matches(byte[] content) {
    String name = algorithm.equals("sha256") ? "SHA-256" : "SHA-512";
    return HexFormat.of().formatHex(hash(name, content)).equals(hex);
  }

  private static byte[] hash(String name, byte[] content) {
    try {
      return MessageDigest.getInstance(name).digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
