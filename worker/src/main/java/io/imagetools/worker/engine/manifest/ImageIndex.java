package io.imagetools.worker.engine.manifest;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Platform;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A Docker manifest list or an OCI image index, with everything that it says. */
public final class ImageIndex implements ParsedManifest {

  private static final String MANIFESTS = "manifests";

  /** A blob: what BuildKit lists as a manifest beside layers, unless told to export an image. */
  private static final String BUILD_CACHE = "application/vnd.buildkit.cacheconfig.v0";

  /** What every index says, and what therefore distinguishes none. */
  private static final Set<String> COMMON = Set.of("schemaVersion", "mediaType", MANIFESTS);

  private final ObjectNode json;
  private final String mediaType;
  private final List<Descriptor> children;

  private ImageIndex(ObjectNode json, String mediaType, List<Descriptor> children) {
    this.json = json;
    this.mediaType = mediaType;
    this.children = List.copyOf(children);
  }

  static ImageIndex of(ObjectNode json, String mediaType) throws InvalidManifestException {
    if (!json.path(MANIFESTS).isArray()) {
      throw InvalidManifestException.malformed("it is an index without a list of manifests");
    }
    List<Descriptor> children = new ArrayList<>();
    for (var child : json.path(MANIFESTS)) {
      children.add(Descriptor.of(child));
    }
    if (children.stream().anyMatch(child -> child.mediaType().equals(BUILD_CACHE))) {
      throw InvalidManifestException.unsupported(
          "it is a BuildKit cache and no image: its index lists layers instead of manifests. A"
              + " cache that was exported with image-manifest=true can be mirrored");
    }
    return new ImageIndex(json, mediaType, children);
  }

  /** An OCI index that says nothing but its children. */
  public static ImageIndex listing(List<Descriptor> children) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("schemaVersion", 2);
    json.put("mediaType", MediaTypes.OCI_INDEX).putArray(MANIFESTS);
    return new ImageIndex(json, MediaTypes.OCI_INDEX, List.of()).with(children);
  }

  @Override
  public String mediaType() {
    return mediaType;
  }

  /** What it lists, in its order. */
  public List<Descriptor> children() {
    return children;
  }

  /** The platforms of the images it lists, as far as it states them. */
  public List<Platform> platforms() {
    return children.stream()
        .filter(child -> !child.runsNowhere())
        .map(Descriptor::platform)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Whether it lists a manifest of that digest. */
  public boolean lists(Digest digest) {
    return children.stream().anyMatch(child -> child.digest().equals(digest));
  }

  /** Whether it says anything beyond its children: annotations, a subject, an artifact type. */
  public boolean saysMore() {
    return json.propertyNames().stream().anyMatch(name -> !COMMON.contains(name));
  }

  /** The same index with some of its children; all else it says is kept. */
  public ImageIndex with(List<Descriptor> some) {
    ObjectNode copy = json.deepCopy();
    ArrayNode array = copy.putArray(MANIFESTS);
    some.forEach(child -> array.add(child.json()));
    return new ImageIndex(copy, mediaType, some);
  }

  /**
   * Its JSON, written anew: not the bytes it was read from. One that says nothing beyond its
   * children has the bytes that other programs give it; one that says more keeps its order.
   */
  public byte[] bytes() {
    return saysMore() ? Json.bytes(json) : CommonForm.of(json, mediaType);
  }

  /** Whether both say the same: kind, children in whatever order, and everything else. */
  public boolean saysTheSameAs(ImageIndex other) {
    return mediaType.equals(other.mediaType)
        && children.size() == other.children.size()
        && new HashSet<>(children).equals(new HashSet<>(other.children))
        && rest().equals(other.rest());
  }

  private ObjectNode rest() {
    ObjectNode rest = json.deepCopy();
    rest.remove(COMMON);
    return rest;
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
