package io.imagetools.cli.warmup;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An image of two platforms with a layer of some bytes each. */
final class WarmUpImage {
  private static final String OCI = "application/vnd.oci.image.";

  private WarmUpImage() {}

  /** Puts it into a registry. */
  static void into(WarmUpRegistry registry, String repository, String tag) {
    List<String> children = new ArrayList<>();
    for (String architecture : List.of("amd64", "arm64")) {
      String platform = "\"architecture\":\"" + architecture + "\",\"os\":\"linux\"";
      String config =
          blob(registry, repository, "config.v1+json", "{" + platform + ",\"rootfs\":{}}");
      String layer = blob(registry, repository, "layer.v1.tar+gzip", "layer of " + architecture);
      byte[] manifest =
          manifest("\"config\":" + config + ",\"layers\":[" + layer + "]", "manifest");
      String digest = registry.digest(manifest);
      registry.putManifest(repository, digest, OCI + "manifest.v1+json", manifest);
      children.add(
          descriptor("manifest.v1+json", digest, manifest, ",\"platform\":{" + platform + "}"));
    }
    byte[] index = manifest("\"manifests\":[" + String.join(",", children) + "]", "index");
    registry.putManifest(repository, tag, OCI + "index.v1+json", index);
  }

  private static byte[] manifest(String members, String kind) {
    return ("{\"schemaVersion\":2,\"mediaType\":\"" + OCI + kind + ".v1+json\"," + members + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String blob(
      WarmUpRegistry registry, String repository, String type, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String digest = registry.digest(bytes);
    registry.putBlob(repository, digest, bytes);
    return descriptor(type, digest, bytes, "");
  }

  private static String descriptor(String type, String digest, byte[] bytes, String more) {
    return "{\"mediaType\":\""
        + OCI
        + type
        + "\",\"digest\":\""
        + digest
        + "\",\"size\":"
        + bytes.length
        + more
        + "}";
  }
}
