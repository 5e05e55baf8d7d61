package io.imagetools.testing;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;

/**
 * A manifest of schema 1, which Docker pushed before 2016, with the signature that registries want:
 * a JWS whose payload is the manifest's own text up to the signatures (Docker's libtrust, "pretty
 * signature").
 */
final class Schema1 {

  static final String MEDIA_TYPE = "application/vnd.docker.distribution.manifest.v1+prettyjws";

  private static final String TAIL = "\n}";
  private static final int COORDINATE_BYTES = 32;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Schema1() {}

  /** The text without signatures; a registry's digest of the manifest is the digest of this. */
  static String payload(String repository, String tag, List<String> layerDigests) {
    String layers =
        String.join(",", layerDigests.stream().map("{\"blobSum\": \"%s\"}"::formatted).toList());
    String history =
        "{\"v1Compatibility\": \"{\\\"id\\\":\\\"%s\\\",\\\"os\\\":\\\"linux\\\"}\"}"
            .formatted("0".repeat(64));
    String histories = String.join(",", layerDigests.stream().map(layer -> history).toList());
    return """
        {
           "schemaVersion": 1,
           "name": "%s",
           "tag": "%s",
           "architecture": "amd64",
           "fsLayers": [%s],
           "history": [%s]
        }"""
        .formatted(repository, tag, layers, histories);
  }

  /** Adds a signature by a key made for it. */
  static byte[] signed(String payload) {
    try {
      return signed(payload, newKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK signs with ECDSA", e);
    }
  }

  private static KeyPair newKey() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] signed(String payload, KeyPair key) throws GeneralSecurityException {
    int length = payload.length() - TAIL.length();
    String guarded =
        base64(
            "{\"formatLength\":%d,\"formatTail\":\"%s\",\"time\":\"2015-01-01T00:00:00Z\"}"
                .formatted(length, base64(TAIL)));
    String signature = sign(guarded + "." + base64(payload), key.getPrivate());
    String entry =
        "{\"header\":{\"jwk\":%s,\"alg\":\"ES256\"},\"signature\":\"%s\",\"protected\":\"%s\"}"
            .formatted(jwk((ECPublicKey) key.getPublic()), signature, guarded);
    String text = payload.substring(0, length) + ",\n   \"signatures\": [" + entry + "]" + TAIL;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sign(String text, PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(key);
    signature.update(text.getBytes(StandardCharsets.US_ASCII));
    return base64(signature.sign());
  }

  private static String jwk(ECPublicKey key) {
    return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
        .formatted(
            keyId(key), coordinate(key.getW().getAffineX()), coordinate(key.getW().getAffineY()));
  }

  private static String coordinate(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[COORDINATE_BYTES];
    int kept = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - kept, fixed, COORDINATE_BYTES - kept, kept);
    return base64(fixed);
  }

  /** libtrust: 240 bits of the key's SHA-256 in base 32, in twelve groups of four. */
  private static String keyId(ECPublicKey key) {
    String hex = Sha256.of(key.getEncoded()).substring("sha256:".length(), "sha256:".length() + 60);
    String digits = new BigInteger(hex, 16).toString(32);
    StringBuilder id = new StringBuilder();
    for (char digit : "%48s".formatted(digits).replace(' ', '0').toCharArray()) {
      id.append(id.length() % 5 == 4 ? ":" : "").append(BASE32.charAt(Character.digit(digit, 32)));
    }
    return id.toString();
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
