package io.imagetools.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images that the specifications allow and few programs make: each has one layer, for linux/amd64
 * where it states a platform. Immutable.
 */
public final class UnusualImages {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private static final String CONFIG =
      "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";

  private final RegistryApi api;

  /** In a registry without login, over plain http. */
  public UnusualImages(String host) {
    this.api = new RegistryApi(host, Optional.empty(), false);
  }

  /** Its layer says that it is compressed with zstd. Returns the manifest's digest. */
  public String zstd(String repository) {
    return image(repository, LAYER + "+zstd", Sha256.of(bytes("zstd")), "zstd");
  }

  /**
   * An index of an image for linux/amd64 and one for linux/arm64, each with a layer that is
   * compressed with zstd. Returns the index's digest.
   */
  public String zstdIndex(String repository) {
    byte[] index = zstdIndexOf(repository);
    api.pushManifest(repository, "1", ManifestKind.OCI.index(), index);
    return Sha256.of(index);
  }

  /** An index that lists nothing but the {@link #zstdIndex}. Returns the outer one's digest. */
  public String zstdIndexInAnIndex(String repository) {
    byte[] inner = zstdIndexOf(repository);
    api.pushManifest(repository, Sha256.of(inner), ManifestKind.OCI.index(), inner);
    ObjectNode outer = index();
    describe(outer.withArray("manifests").addObject(), ManifestKind.OCI.index(), inner);
    byte[] content = JSON.writeValueAsBytes(outer);
    api.pushManifest(repository, "1", ManifestKind.OCI.index(), content);
    return Sha256.of(content);
  }

  private byte[] zstdIndexOf(String repository) {
    ObjectNode index = index();
    for (String architecture : List.of("amd64", "arm64")) {
      ObjectNode manifest = manifest();
      blob(
          repository,
          manifest.putObject("config"),
          ManifestKind.OCI.config(),
          bytes(CONFIG.replace("amd64", architecture)));
      blob(
          repository,
          manifest.putArray("layers").addObject(),
          LAYER + "+zstd",
          zstdFrame("layer for " + architecture));
      byte[] content = JSON.writeValueAsBytes(manifest);
      api.pushManifest(repository, Sha256.of(content), ManifestKind.OCI.manifest(), content);
      ObjectNode entry = index.withArray("manifests").addObject();
      describe(entry, ManifestKind.OCI.manifest(), content);
      entry.putObject("platform").put("architecture", architecture).put("os", "linux");
    }
    return JSON.writeValueAsBytes(index);
  }

  /** One frame of one block that is not compressed (RFC 8878, 3.1.1): up to 255 characters. */
  private static byte[] zstdFrame(String text) {
    byte[] content = bytes(text);
    int block = content.length << 3 | 1; // the last one, raw
    byte[] head = {
      0x28,
      (byte) 0xb5,
      0x2f,
      (byte) 0xfd, // magic number
      0x20,
      (byte) content.length, // a single segment, of this size
      (byte) block,
      (byte) (block >> 8),
      (byte) (block >> 16)
    };
    return ByteBuffer.allocate(head.length + content.length).put(head).put(content).array();
  }

  /** Its layer has a sha512 digest. Returns the manifest's digest. */
  public String sha512(String repository) {
    return image(
        repository, LAYER, sha512("long digest".getBytes(StandardCharsets.UTF_8)), "long digest");
  }

  /** An artifact with the empty config and no platform. Returns the manifest's digest. */
  public String artifact(String repository) {
    ObjectNode manifest = manifest();
    manifest.put("artifactType", "application/vnd.example.chart");
    blob(
        repository,
        manifest.putObject("config"),
        "application/vnd.oci.empty.v1+json",
        Sha256.of(bytes("{}")),
        "{}");
    blob(
        repository,
        manifest.putArray("layers").addObject(),
        "application/vnd.example.chart",
        Sha256.of(bytes("chart")),
        "chart");
    return push(repository, manifest);
  }

  /**
   * It has a layer of its own, and one that the registry has not: it may not be passed on, and is
   * to be had at an address where nobody answers. Returns the manifest's digest.
   */
  public String foreign(String repository, ManifestKind kind) {
    ObjectNode manifest =
        JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", kind.manifest());
    blob(repository, manifest.putObject("config"), kind.config(), Sha256.of(bytes(CONFIG)), CONFIG);
    ArrayNode layers = manifest.putArray("layers");
    layers
        .addObject()
        .put(
            "mediaType",
            kind == ManifestKind.OCI
                ? "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
                : "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
        .put("digest", Sha256.of(bytes("not to be passed on")))
        .put("size", 19)
        .putArray("urls")
        .add("https://layers.invalid/base.tar.gz");
    blob(repository, layers.addObject(), kind.layer(), Sha256.of(bytes("own")), "own");
    byte[] content = JSON.writeValueAsBytes(manifest);
    api.pushManifest(repository, "1", kind.manifest(), content);
    return Sha256.of(content);
  }

  /**
   * What BuildKit exports as a cache: an index of a layer and a config of its own, which are blobs.
   * Returns the index's digest.
   */
  public String buildCache(String repository) {
    ObjectNode index = index();
    ArrayNode manifests = index.withArray("manifests");
    blob(repository, manifests.addObject(), LAYER, Sha256.of(bytes("cached")), "cached");
    blob(
        repository,
        manifests.addObject(),
        "application/vnd.buildkit.cacheconfig.v0",
        Sha256.of(bytes("{\"layers\":[]}")),
        "{\"layers\":[]}");
    byte[] content = JSON.writeValueAsBytes(index);
    api.pushManifest(repository, "1", ManifestKind.OCI.index(), content);
    return Sha256.of(content);
  }

  private String image(String repository, String layerType, String digest, String layer) {
    ObjectNode manifest = manifest();
    blob(
        repository,
        manifest.putObject("config"),
        ManifestKind.OCI.config(),
        Sha256.of(bytes(CONFIG)),
        CONFIG);
    blob(repository, manifest.putArray("layers").addObject(), layerType, digest, layer);
    return push(repository, manifest);
  }

  private static ObjectNode manifest() {
    return JSON.createObjectNode()
        .put("schemaVersion", 2)
        .put("mediaType", ManifestKind.OCI.manifest());
  }

  private static ObjectNode index() {
    ObjectNode index =
        JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", ManifestKind.OCI.index());
    index.putArray("manifests");
    return index;
  }

  private void blob(
      String repository, ObjectNode descriptor, String type, String digest, String text) {
    descriptor.put("mediaType", type).put("digest", digest).put("size", bytes(text).length);
    api.pushBlob(repository, digest, bytes(text));
  }

  private void blob(String repository, ObjectNode descriptor, String type, byte[] content) {
    describe(descriptor, type, content);
    api.pushBlob(repository, Sha256.of(content), content);
  }

  private static void describe(ObjectNode descriptor, String type, byte[] content) {
    descriptor.put("mediaType", type).put("digest", Sha256.of(content)).put("size", content.length);
  }

  private String push(String repository, ObjectNode manifest) {
    byte[] content = JSON.writeValueAsBytes(manifest);
    api.pushManifest(repository, "1", ManifestKind.OCI.manifest(), content);
    return Sha256.of(content);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sha512(byte[] content) {
    try {
      return "sha512:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-512", e);
    }
  }
}
