package io.imagetools.testing;

/** The two families of media types. */
public enum ManifestKind {
  DOCKER(
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.docker.distribution.manifest.v2+json",
      "application/vnd.docker.container.image.v1+json",
      "application/vnd.docker.image.rootfs.diff.tar.gzip"),
  OCI(
      "application/vnd.oci.image.index.v1+json",
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.oci.image.config.v1+json",
      "application/vnd.oci.image.layer.v1.tar+gzip");

  private final String index;
  private final String manifest;
  private final String config;
  private final String layer;

  ManifestKind(String index, String manifest, String config, String layer) {
    this.index = index;
    this.manifest = manifest;
    this.config = config;
    this.layer = layer;
  }

  /** Media type of a Docker manifest list or an OCI index. */
  public String index() {
    return index;
  }

  /** Media type of the manifest of one platform. */
  public String manifest() {
    return manifest;
  }

  String config() {
    return config;
  }

  String layer() {
    return layer;
  }
}
