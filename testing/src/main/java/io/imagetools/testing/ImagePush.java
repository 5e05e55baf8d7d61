package io.imagetools.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes manifests and configs and pushes them into one repository. */
final class ImagePush {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String IN_TOTO = "application/vnd.in-toto+json";

  private final RegistryApi api;
  private final String repository;

  ImagePush(RegistryApi api, String repository) {
    this.api = api;
    this.repository = repository;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Pushes an image of one platform by digest. */
  PushedManifest image(ManifestKind kind, CorpusPlatform platform, List<Layer> layers) {
    return image(kind, platform, layers, kind.layer());
  }

  PushedManifest image(
      ManifestKind kind, CorpusPlatform platform, List<Layer> layers, String layerType) {
    ObjectNode manifest = manifest(kind);
    List<String> blobs = new ArrayList<>();
    blobs.add(blob(manifest.putObject("config"), kind.config(), config(platform, layers)));
    ArrayNode array = manifest.putArray("layers");
    for (Layer layer : layers) {
      blobs.add(blob(array.addObject(), layerType, layer.bytes()));
    }
    return push(manifest, kind.manifest(), Optional.of(platform), blobs, List.of());
  }

  /** Pushes what buildx adds beside an image: an attestation that says how it was built. */
  PushedManifest attestation(PushedManifest subject) {
    ObjectNode manifest = manifest(ManifestKind.OCI);
    List<String> blobs = new ArrayList<>();
    byte[] config = config(CorpusPlatform.UNKNOWN, List.of());
    blobs.add(blob(manifest.putObject("config"), ManifestKind.OCI.config(), config));
    ObjectNode statement = object().put("_type", "https://in-toto.io/Statement/v0.1");
    statement.putArray("subject").addObject().put("name", subject.digest());
    ObjectNode layer = manifest.putArray("layers").addObject();
    blobs.add(blob(layer, IN_TOTO, JSON.writeValueAsBytes(statement)));
    layer
        .putObject("annotations")
        .put("in-toto.io/predicate-type", "https://slsa.dev/provenance/v0.2");
    Optional<CorpusPlatform> platform = Optional.of(CorpusPlatform.UNKNOWN);
    return push(manifest, ManifestKind.OCI.manifest(), platform, blobs, List.of());
  }

  private static ObjectNode manifest(ManifestKind kind) {
    return object().put("schemaVersion", 2).put("mediaType", kind.manifest());
  }

  private static byte[] config(CorpusPlatform platform, List<Layer> layers) {
    ObjectNode config = object().put("created", "2024-01-01T00:00:00Z");
    platform.writeTo(config);
    config.putObject("config").putArray("Env").add("PATH=/bin");
    ObjectNode rootfs = config.putObject("rootfs").put("type", "layers");
    ArrayNode diffIds = rootfs.putArray("diff_ids");
    ArrayNode history = config.putArray("history");
    for (Layer layer : layers) {
      diffIds.add(layer.diffId());
      history.addObject().put("created", "2024-01-01T00:00:00Z").put("created_by", "COPY");
    }
    return JSON.writeValueAsBytes(config);
  }

  private String blob(ObjectNode descriptor, String mediaType, byte[] bytes) {
    String digest = Sha256.of(bytes);
    descriptor.put("mediaType", mediaType).put("digest", digest).put("size", bytes.length);
    api.pushBlob(repository, digest, bytes);
    return digest;
  }

  /** Pushes an index by digest; its entries are in {@code index} already. */
  PushedManifest index(ObjectNode index, String mediaType, List<PushedManifest> children) {
    return push(index, mediaType, Optional.empty(), List.of(), children);
  }

  private PushedManifest push(
      ObjectNode manifest,
      String mediaType,
      Optional<CorpusPlatform> platform,
      List<String> blobs,
      List<PushedManifest> children) {
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    String digest = Sha256.of(bytes);
    api.pushManifest(repository, digest, mediaType, bytes);
    return new PushedManifest(mediaType, digest, bytes.length, platform, blobs, children);
  }

  /** Points a tag at a manifest that the repository has. */
  void tag(PushedManifest manifest, String tag) {
    String path = "/v2/" + repository + "/manifests/" + manifest.digest();
    byte[] bytes = RegistryApi.expect(200, api.get(path, "Accept", manifest.mediaType())).body();
    api.pushManifest(repository, tag, manifest.mediaType(), bytes);
  }
}
