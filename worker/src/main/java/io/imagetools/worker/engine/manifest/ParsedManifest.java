package io.imagetools.worker.engine.manifest;

import tools.jackson.databind.node.ObjectNode;

/** A manifest that has been read: an index, or one image. */
public sealed interface ParsedManifest permits ImageIndex, ImageManifest {

  /**
   * Reads a manifest.
   *
   * @param mediaType as the registry states it; what the manifest says of itself must not
   *     contradict
   * @throws InvalidManifestException if it is malformed, or of a kind not handled here
   */
  static ParsedManifest parse(byte[] content, String mediaType) throws InvalidManifestException {
    ObjectNode json = Json.parse(content);
    String stated = Json.text(json, "mediaType");
    String served = withoutParameters(mediaType);
    String type = stated.isEmpty() ? served : stated;
    if (MediaTypes.isSchema1(type) || json.path("schemaVersion").asInt(0) == 1) {
      throw InvalidManifestException.unsupported(
          "it is in Docker's schema 1 format of 2014, which can't be copied unchanged: rebuild it,"
              + " or push it again with a current docker");
    }
    boolean index = MediaTypes.isIndex(type);
    if (!index && !MediaTypes.isManifest(type)) {
      throw InvalidManifestException.unsupported(
          "its media type is '" + Json.shortened(type) + "'");
    }
    if (index ? MediaTypes.isManifest(served) : MediaTypes.isIndex(served)) {
      throw InvalidManifestException.malformed(
          "it says that it is " + type + ", and the registry says that it is " + served);
    }
    // An index read as an image, or the other way round, is CVE-2021-41190.
    boolean both = index ? json.has("layers") || json.has("config") : json.has("manifests");
    if (both) {
      throw InvalidManifestException.malformed("it claims to be an index and an image at once");
    }
    return index ? ImageIndex.of(json, type) : ImageManifest.of(json, type);
  }

  private static String withoutParameters(String mediaType) {
    int semicolon = mediaType.indexOf(';');
    return (semicolon < 0 ? mediaType : mediaType.substring(0, semicolon)).strip();
  }

  /** Its media type. */
  String mediaType();
}
