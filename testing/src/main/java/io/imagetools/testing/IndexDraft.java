package io.imagetools.testing;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An index being put together. */
final class IndexDraft {

  private final ObjectNode index = ImagePush.object().put("schemaVersion", 2);
  private final ArrayNode entries;
  private final List<PushedManifest> children = new ArrayList<>();
  private final String mediaType;

  private IndexDraft(String mediaType, boolean stated) {
    this.mediaType = mediaType;
    if (stated) {
      index.put("mediaType", mediaType);
    }
    this.entries = index.putArray("manifests");
  }

  static IndexDraft of(ManifestKind kind) {
    return new IndexDraft(kind.index(), true);
  }

  /** OCI image spec 1.0 and 1.1: an index need not state its own media type. */
  static IndexDraft withoutMediaType() {
    return new IndexDraft(ManifestKind.OCI.index(), false);
  }

  /** Adds an entry and returns its descriptor, for annotations. */
  ObjectNode add(PushedManifest child) {
    children.add(child);
    ObjectNode entry = entries.addObject();
    entry.put("mediaType", child.mediaType());
    entry.put("digest", child.digest()).put("size", child.size());
    child.platform().ifPresent(platform -> platform.writeTo(entry.putObject("platform")));
    return entry;
  }

  void annotate(String name, String value) {
    index.withObject("/annotations").put(name, value);
  }

  PushedManifest push(ImagePush push) {
    return push.index(index, mediaType, children);
  }
}
