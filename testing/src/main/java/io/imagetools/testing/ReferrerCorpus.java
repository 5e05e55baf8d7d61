package io.imagetools.testing;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes what refers to images: manifests with a subject, the tag that lists them where a registry
 * does not (OCI distribution spec 1.1, "Referrers Tag Schema"), and cosign's tags. Immutable.
 */
public final class ReferrerCorpus {

  /** The artifact type of everything made here. */
  public static final String TYPE = "application/vnd.example.signature.v1";

  private static final JsonMapper JSON = new JsonMapper();
  private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  private final RegistryApi api;

  /** In a registry without login, over plain http. */
  public ReferrerCorpus(String host) {
    this.api = new RegistryApi(host, Optional.empty(), false);
  }

  /** The tag that lists what refers to a digest: of its hexadecimal digits the first 64. */
  public static String tag(String subject) {
    int hex = subject.indexOf(':') + 1;
    return subject.substring(0, Math.min(subject.length(), hex + 64)).replace(':', '-');
  }

  /** Pushes a signature with an empty config, by digest; nobody lists it yet. */
  public PushedManifest signature(String repository, PushedManifest subject, String text) {
    ObjectNode manifest = manifest();
    manifest.put("artifactType", TYPE);
    String config =
        blob(repository, manifest.putObject("config"), "application/vnd.oci.empty.v1+json", EMPTY);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String layer = blob(repository, manifest.putArray("layers").addObject(), TYPE, bytes);
    describe(manifest.putObject("subject"), subject);
    manifest.putObject("annotations").put("org.example.says", text);
    return push(repository, manifest, ManifestKind.OCI.manifest(), List.of(config, layer));
  }

  /** Pushes an index that refers to an image; what it lists is there. */
  public PushedManifest bundle(
      String repository, PushedManifest subject, List<PushedManifest> members) {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    index.put("mediaType", ManifestKind.OCI.index()).put("artifactType", TYPE);
    ArrayNode entries = index.putArray("manifests");
    members.forEach(member -> describe(entries.addObject(), member));
    describe(index.putObject("subject"), subject);
    return push(repository, index, ManifestKind.OCI.index(), List.of());
  }

  /** Lists what refers to a subject under its tag, in place of what was listed there. */
  public void list(String repository, PushedManifest subject, PushedManifest... referrers) {
    ObjectNode index = JSON.createObjectNode().put("schemaVersion", 2);
    ArrayNode entries = index.put("mediaType", ManifestKind.OCI.index()).putArray("manifests");
    for (PushedManifest referrer : referrers) {
      describe(entries.addObject(), referrer).put("artifactType", TYPE);
    }
    byte[] bytes = JSON.writeValueAsBytes(index);
    api.pushManifest(repository, tag(subject.digest()), ManifestKind.OCI.index(), bytes);
  }

  /** What cosign does: a manifest without a subject under {@code sha256-….SUFFIX}. */
  public PushedManifest cosign(
      String repository, PushedManifest subject, String suffix, String text) {
    ObjectNode manifest = manifest();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String config =
        blob(repository, manifest.putObject("config"), ManifestKind.OCI.config(), EMPTY);
    String layer =
        blob(
            repository,
            manifest.putArray("layers").addObject(),
            "application/vnd.dev.cosign.simplesigning.v1+json",
            bytes);
    byte[] content = JSON.writeValueAsBytes(manifest);
    String tag = tag(subject.digest()) + "." + suffix;
    api.pushManifest(repository, tag, ManifestKind.OCI.manifest(), content);
    return pushed(content, ManifestKind.OCI.manifest(), List.of(config, layer));
  }

  private static ObjectNode manifest() {
    return JSON.createObjectNode()
        .put("schemaVersion", 2)
        .put("mediaType", ManifestKind.OCI.manifest());
  }

  private static ObjectNode describe(ObjectNode descriptor, PushedManifest manifest) {
    return descriptor
        .put("mediaType", manifest.mediaType())
        .put("digest", manifest.digest())
        .put("size", manifest.size());
  }

  private String blob(String repository, ObjectNode descriptor, String mediaType, byte[] bytes) {
    String digest = Sha256.of(bytes);
    descriptor.put("mediaType", mediaType).put("digest", digest).put("size", bytes.length);
    api.pushBlob(repository, digest, bytes);
    return digest;
  }

  private PushedManifest push(
      String repository, JsonNode manifest, String mediaType, List<String> blobs) {
    byte[] bytes = JSON.writeValueAsBytes(manifest);
    api.pushManifest(repository, Sha256.of(bytes), mediaType, bytes);
    return pushed(bytes, mediaType, blobs);
  }

  private static PushedManifest pushed(byte[] bytes, String mediaType, List<String> blobs) {
    return new PushedManifest(
        mediaType, Sha256.of(bytes), bytes.length, Optional.empty(), blobs, List.of());
  }
}
