package io.imagetools.worker.engine.manifest;

import io.imagetools.common.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * One image (or one artifact): a config and layers.
 *
 * @param mediaType Docker's or OCI's
 * @param config what it runs with
 * @param layers what it is made of
 */
public record ImageManifest(String mediaType, Descriptor config, List<Descriptor> layers)
    implements ParsedManifest {

  /** Copies the layers. */
  public ImageManifest {
    layers = List.copyOf(layers);
  }

  static ImageManifest of(ObjectNode json, String mediaType) throws InvalidManifestException {
    List<Descriptor> layers = new ArrayList<>();
    for (var layer : json.path("layers")) {
      layers.add(Descriptor.of(layer));
    }
    return new ImageManifest(mediaType, Descriptor.of(json.path("config")), layers);
  }

  /** Whether its config states a platform; charts, signatures and other artifacts have none. */
  public boolean isImage() {
    return MediaTypes.isImageConfig(config.mediaType());
  }

  /** Its layers and its config; a layer that is used twice stands here twice. */
  public List<Descriptor> blobs() {
    List<Descriptor> blobs = new ArrayList<>(layers);
    blobs.add(config);
    return blobs;
  }

  /**
   * The platform that an image's config states.
   *
   * @return empty if it states none
   * @throws InvalidManifestException if the config is no JSON object
   */
  public static Optional<Platform> platformOf(byte[] config) throws InvalidManifestException {
    Platform platform = Descriptor.platform(Json.parse(config));
    boolean stated = !platform.os().isEmpty() || !platform.architecture().isEmpty();
    return stated ? Optional.of(platform) : Optional.empty();
  }
}
