package io.imagetools.worker.engine.manifest;

import java.util.Set;

/** The media types of manifests (OCI image specification; Docker image manifest v2, schema 2). */
public final class MediaTypes {

  /** A Docker manifest list. */
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /** An OCI image index. */
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** A Docker image manifest. */
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** An OCI image manifest. */
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private static final Set<String> IMAGE_CONFIGS =
      Set.of(
          "application/vnd.docker.container.image.v1+json",
          "application/vnd.oci.image.config.v1+json");

  private MediaTypes() {}

  /** Whether a manifest of that type lists others. */
  public static boolean isIndex(String mediaType) {
    return mediaType.equals(DOCKER_LIST) || mediaType.equals(OCI_INDEX);
  }

  /** Whether a manifest of that type is one image (or one artifact). */
  public static boolean isManifest(String mediaType) {
    return mediaType.equals(DOCKER_MANIFEST) || mediaType.equals(OCI_MANIFEST);
  }

  /** Whether it is the format that Docker gave up in 2016, and that can't be copied unchanged. */
  public static boolean isSchema1(String mediaType) {
    return mediaType.startsWith("application/vnd.docker.distribution.manifest.v1+");
  }

  /** Whether a config of that type states a platform. */
  public static boolean isImageConfig(String mediaType) {
    return IMAGE_CONFIGS.contains(mediaType);
  }
}
