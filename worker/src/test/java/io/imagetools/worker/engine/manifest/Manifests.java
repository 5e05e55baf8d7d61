package io.imagetools.worker.engine.manifest;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Manifests written by hand, so that no code under test has a say in them. */
final class Manifests {

  private Manifests() {}

  static Digest digest(String name) {
    return Digest.sha256(name);
  }

  static String descriptor(String name, String more) {
    return descriptor(MediaTypes.OCI_MANIFEST, name, more);
  }

  static String descriptor(String mediaType, String name, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":7%s}"
        .formatted(mediaType, digest(name), more.isEmpty() ? "" : "," + more);
  }

  /** A child named by its platform: {@code linux/amd64}, {@code linux/arm/v7}. */
  static String child(String platform) {
    return child(platform, platform);
  }

  static String child(String name, String platform) {
    return descriptor(name, platformField(platform));
  }

  static String platformField(String platform) {
    String[] words = platform.split("/", -1);
    String variant = words.length > 2 ? ",\"variant\":\"" + words[2] + "\"" : "";
    return "\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"%s}"
        .formatted(words[0], words[1], variant);
  }

  static String attestation(String of) {
    return descriptor(
        "attestation of " + of,
        platformField("unknown/unknown")
            + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\","
            + "\"vnd.docker.reference.digest\":\""
            + digest(of)
            + "\"}");
  }

  static String indexJson(String... children) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(MediaTypes.OCI_INDEX, Arrays.stream(children).collect(Collectors.joining(",")));
  }

  static ImageIndex index(String... children) {
    return (ImageIndex) parse(indexJson(children), MediaTypes.OCI_INDEX);
  }

  static ParsedManifest parse(String json, String mediaType) {
    try {
      return ParsedManifest.parse(bytes(json), mediaType);
    } catch (InvalidManifestException e) {
      throw new AssertionError(json, e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Platform platform(String text) {
    String[] words = text.split("/", -1);
    return Platform.of(words[0], words[1], words.length > 2 ? words[2] : "");
  }
}
