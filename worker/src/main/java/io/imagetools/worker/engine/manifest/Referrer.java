package io.imagetools.worker.engine.manifest;

import io.imagetools.common.image.Digest;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A manifest that says which other it refers to: a signature, an attestation, a list of what is in
 * an image (OCI image specification, "subject").
 *
 * @param manifest what it says besides
 * @param subject what it refers to; empty if it refers to nothing
 * @param listed as a list of referrers names it (distribution specification, "Listing Referrers")
 */
public record Referrer(ParsedManifest manifest, Optional<Digest> subject, Descriptor listed) {

  private static final String SUBJECT = "subject";
  private static final String ARTIFACT_TYPE = "artifactType";
  private static final String ANNOTATIONS = "annotations";

  /**
   * Reads one.
   *
   * @param mediaType as the registry states it
   * @throws InvalidManifestException if it is malformed, or of a kind not handled here
   */
  public static Referrer parse(Digest digest, byte[] content, String mediaType)
      throws InvalidManifestException {
    ParsedManifest manifest = ParsedManifest.parse(content, mediaType);
    ObjectNode json = Json.parse(content);
    Optional<Digest> subject =
        json.path(SUBJECT).isObject()
            ? Optional.of(Descriptor.of(json.path(SUBJECT)).digest())
            : Optional.empty();
    return new Referrer(manifest, subject, listed(digest, content.length, manifest, json));
  }

  private static Descriptor listed(
      Digest digest, int size, ParsedManifest manifest, ObjectNode json)
      throws InvalidManifestException {
    ObjectNode descriptor = JsonNodeFactory.instance.objectNode();
    descriptor.put("mediaType", manifest.mediaType());
    descriptor.put("digest", digest.toString());
    descriptor.put("size", size);
    JsonNode annotations = json.path(ANNOTATIONS);
    if (annotations.isObject() && !annotations.isEmpty()) {
      descriptor.set(ANNOTATIONS, annotations);
    }
    String type = Json.text(json, ARTIFACT_TYPE);
    if (type.isEmpty() && manifest instanceof ImageManifest image) {
      type = image.config().mediaType();
    }
    if (!type.isEmpty()) {
      descriptor.put(ARTIFACT_TYPE, type);
    }
    return Descriptor.of(descriptor);
  }
}
