package io.imagetools.cli.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves that a request comes from who knows the secret, and when it was made: HMAC-SHA-256 (RFC
 * 2104) over the timestamp, a full stop, and the body. Thread-safe.
 */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  Signature(byte[] secret) {
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /**
   * What stands in the header.
   *
   * @param timestamp seconds since 1970
   */
  String of(long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }
}
