package io.imagetools.worker.engine.manifest;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A pointer to a manifest or blob (OCI image specification, descriptor.md), with everything that it
 * says, known here or not. Equal when the JSON says the same, in whatever order and spacing.
 */
public final class Descriptor {

  private static final String ATTESTED = "vnd.docker.reference.digest";

  private static final Set<String> PLAIN =
      Set.of("mediaType", "digest", "size", "platform", "annotations");
  private static final Set<String> PLAIN_PLATFORM =
      Set.of("architecture", "os", "variant", "os.version", "os.features");

  private final JsonNode json;
  private final String mediaType;
  private final Digest digest;
  private final long size;

  private Descriptor(JsonNode json, String mediaType, Digest digest, long size) {
    this.json = json;
    this.mediaType = mediaType;
    this.digest = digest;
    this.size = size;
  }

  static Descriptor of(JsonNode json) throws InvalidManifestException {
    JsonNode size = json.path("size");
    if (!json.isObject() || !size.isIntegralNumber() || size.asLong(-1) < 0) {
      throw InvalidManifestException.malformed("a descriptor without a size: " + Json.shown(json));
    }
    try {
      Digest digest = Digest.parse(Json.text(json, "digest"));
      return new Descriptor(json, Json.text(json, "mediaType"), digest, size.asLong());
    } catch (InvalidReferenceException e) {
      throw InvalidManifestException.malformed("a descriptor with a bad digest: " + e.getMessage());
    }
  }

  /** Of what it points to; empty if not stated. */
  public String mediaType() {
    return mediaType;
  }

  /** Of what it points to. */
  public Digest digest() {
    return digest;
  }

  /** Of what it points to, in bytes. */
  public long size() {
    return size;
  }

  /** The platform it states; empty if it states none. */
  public Optional<Platform> platform() {
    JsonNode platform = json.path("platform");
    return platform.isObject() ? Optional.of(platform(platform)) : Optional.empty();
  }

  static Platform platform(JsonNode json) {
    List<String> features = new ArrayList<>();
    json.path("os.features").forEach(feature -> features.add(feature.asString("")));
    return new Platform(
        Json.text(json, "os"),
        Json.text(json, "architecture"),
        Json.text(json, "variant"),
        Json.text(json, "os.version"),
        features);
  }

  /**
   * The image this is an attestation of; empty if it is none (docker.com, "Attestation storage":
   * platform unknown/unknown, and an annotation with the digest of what it describes).
   */
  public Optional<Digest> attested() {
    String subject = Json.text(json.path("annotations"), ATTESTED);
    try {
      return subject.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(subject));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /** Whether it says of itself that it runs nowhere. */
  public boolean runsNowhere() {
    return platform()
        .filter(platform -> platform.os().equals("unknown"))
        .filter(platform -> platform.architecture().equals("unknown"))
        .isPresent();
  }

  /**
   * Whether its bytes are to be had elsewhere and are not to be passed on, as with the base layers
   * of old Windows images (OCI image specification, "Non-Distributable Layers").
   */
  public boolean isForeign() {
    boolean type = mediaType.contains(".foreign.") || mediaType.contains(".nondistributable.");
    return type && !json.path("urls").isEmpty();
  }

  /**
   * Whether all that it says is what a program that knows the specification's usual fields would
   * say again: type, digest, size, a platform, and annotations if those are allowed here.
   */
  public boolean isPlain(boolean withAnnotations) {
    return json.path("platform").isObject()
        && PLAIN_PLATFORM.containsAll(json.path("platform").propertyNames())
        && PLAIN.containsAll(json.propertyNames())
        && (withAnnotations || !json.has("annotations"));
  }

  /** What it points to, for a log line. */
  public String shown() {
    if (runsNowhere()) {
      return "an attestation (" + digest + ")";
    }
    return platform().map(platform -> platform + " (" + digest + ")").orElse(digest.toString());
  }

  /** Its JSON, for a program that reads descriptors from files. */
  public byte[] bytes() {
    return Json.bytes(json);
  }

  JsonNode json() {
    return json;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Descriptor descriptor && json.equals(descriptor.json);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
