package io.imagetools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Manifests as text, of one of two kinds. Immutable. */
final class ManifestText {

  private final boolean docker;

  /** What a descriptor says of something. */
  record Part(String digest, long size) {}

  ManifestText(boolean docker) {
    this.docker = docker;
  }

  String indexType() {
    return docker
        ? "application/vnd.docker.distribution.manifest.list.v2+json"
        : "application/vnd.oci.image.index.v1+json";
  }

  String manifestType() {
    return docker
        ? "application/vnd.docker.distribution.manifest.v2+json"
        : "application/vnd.oci.image.manifest.v1+json";
  }

  private String configType() {
    return docker
        ? "application/vnd.docker.container.image.v1+json"
        : "application/vnd.oci.image.config.v1+json";
  }

  private String layerType() {
    return docker
        ? "application/vnd.docker.image.rootfs.diff.tar.gzip"
        : "application/vnd.oci.image.layer.v1.tar+gzip";
  }

  String config(String repository, String architecture) {
    return """
        {"architecture":"%s","os":"linux","config":{"Labels":{"name":"%s"}},\
        "rootfs":{"type":"layers","diff_ids":[]}}"""
        .formatted(architecture, repository);
  }

  String manifest(Part config, List<Part> layers) {
    String list =
        layers.stream()
            .map(layer -> descriptor(layerType(), layer, ""))
            .collect(Collectors.joining(","));
    return """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
        .formatted(manifestType(), descriptor(configType(), config, ""), list);
  }

  String index(List<Part> children, List<String> architectures) {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < children.size(); i++) {
      String platform =
          ",\"platform\":{\"architecture\":\"%s\",\"os\":\"linux\"}"
              .formatted(architectures.get(i));
      entries.add(descriptor(manifestType(), children.get(i), platform));
    }
    return """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}"""
        .formatted(indexType(), String.join(",", entries));
  }

  private static String descriptor(String type, Part part, String more) {
    return """
        {"mediaType":"%s","size":%d,"digest":"%s"%s}"""
        .formatted(type, part.size(), part.digest(), more);
  }
}
