package io.imagetools.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes small images with seeded content and pushes them to a registry. What is made depends on
 * seed, repository and tag only. Every image has a layer of its own and one that all images of the
 * same architecture and seed share. Configs state the platform as their descriptor does.
 *
 * <p>Failures are unchecked exceptions whose message has the request and the answer. Immutable.
 */
public final class ImageCorpus {

  private static final int SMALL = 1024;
  private static final List<CorpusPlatform> TWO =
      List.of(CorpusPlatform.AMD64, CorpusPlatform.ARM64);
  private static final List<CorpusPlatform> FOUR =
      List.of(
          CorpusPlatform.AMD64,
          CorpusPlatform.ARM64_V8,
          CorpusPlatform.ARM_V7,
          CorpusPlatform.ARM_V6);
  private static final List<CorpusPlatform> WINDOWS_AND_LINUX =
      List.of(
          CorpusPlatform.AMD64,
          CorpusPlatform.windows("10.0.17763.5206"),
          CorpusPlatform.windows("10.0.20348.2159", "win32k"));

  private final RegistryApi api;
  private final String host;
  private final long seed;
  private final int layerBytes;
  private final int baseBytes;

  /** A corpus in a server that is running. */
  public ImageCorpus(RegistryServer server) {
    this(server.api(), server.host(), 1, SMALL, SMALL);
  }

  /**
   * A corpus in a registry without login, over plain http.
   *
   * @param host as {@code 127.0.0.1:5000}
   */
  public ImageCorpus(String host) {
    this(new RegistryApi(host, Optional.empty(), false), host, 1, SMALL, SMALL);
  }

  private ImageCorpus(RegistryApi api, String host, long seed, int layerBytes, int baseBytes) {
    this.api = api;
    this.host = host;
    this.seed = seed;
    this.layerBytes = layerBytes;
    this.baseBytes = baseBytes;
  }

  /** The same registry, other content: pushing a tag again moves it. */
  public ImageCorpus withSeed(long newSeed) {
    return new ImageCorpus(api, host, newSeed, layerBytes, baseBytes);
  }

  /** With layers of this size (default 1024 bytes). */
  public ImageCorpus withLayerBytes(int bytes) {
    return new ImageCorpus(api, host, seed, bytes, bytes);
  }

  /** The same, but for the layer that all images of an architecture share: it has this size. */
  public ImageCorpus withBaseBytes(int bytes) {
    return new ImageCorpus(api, host, seed, layerBytes, bytes);
  }

  /** A Docker manifest v2 for linux/amd64. */
  public PushedImage dockerImage(String repository, String tag) {
    return image(repository, tag, ManifestKind.DOCKER, CorpusPlatform.AMD64);
  }

  /** An OCI manifest for linux/amd64. */
  public PushedImage ociImage(String repository, String tag) {
    return image(repository, tag, ManifestKind.OCI, CorpusPlatform.AMD64);
  }

  /** An image of one platform. */
  public PushedImage image(
      String repository, String tag, ManifestKind kind, CorpusPlatform platform) {
    ImagePush push = push(repository);
    return tagged(repository, tag, push.image(kind, platform, layers(repository, tag, platform)));
  }

  /** An OCI image whose layer is not compressed: a copy that compresses it changes its digest. */
  public PushedImage ociImageWithPlainLayer(String repository, String tag) {
    CorpusPlatform platform = CorpusPlatform.AMD64;
    Layer layer = Layer.seeded(seed, repository + ":" + tag, layerBytes, false);
    String type = "application/vnd.oci.image.layer.v1.tar";
    ImagePush push = push(repository);
    return tagged(repository, tag, push.image(ManifestKind.OCI, platform, List.of(layer), type));
  }

  /** A Docker manifest list for linux/amd64 and linux/arm64. */
  public PushedImage dockerList(String repository, String tag) {
    return index(repository, tag, ManifestKind.DOCKER, TWO);
  }

  /** An OCI index for linux/amd64 and linux/arm64. */
  public PushedImage ociIndex(String repository, String tag) {
    return index(repository, tag, ManifestKind.OCI, TWO);
  }

  /** A Docker manifest list for amd64, arm64/v8, arm/v7 and arm/v6. */
  public PushedImage dockerListOfFour(String repository, String tag) {
    return index(repository, tag, ManifestKind.DOCKER, FOUR);
  }

  /** An OCI index for amd64, arm64/v8, arm/v7 and arm/v6. */
  public PushedImage ociIndexOfFour(String repository, String tag) {
    return index(repository, tag, ManifestKind.OCI, FOUR);
  }

  /** A Docker manifest list: linux/amd64 and windows/amd64 of two builds, one with os.features. */
  public PushedImage windowsAndLinux(String repository, String tag) {
    return index(repository, tag, ManifestKind.DOCKER, WINDOWS_AND_LINUX);
  }

  /** An index of these platforms, in this order. */
  public PushedImage index(
      String repository, String tag, ManifestKind kind, List<CorpusPlatform> platforms) {
    IndexDraft draft = IndexDraft.of(kind);
    children(repository, tag, kind, platforms).forEach(draft::add);
    return tagged(repository, tag, draft.push(push(repository)));
  }

  /** A legal OCI index that doesn't state its own media type. */
  public PushedImage indexWithoutMediaType(String repository, String tag) {
    IndexDraft draft = IndexDraft.withoutMediaType();
    children(repository, tag, ManifestKind.OCI, TWO).forEach(draft::add);
    return tagged(repository, tag, draft.push(push(repository)));
  }

  /** An OCI index with a Docker manifest for linux/amd64 and an OCI manifest for linux/arm64. */
  public PushedImage mixedIndex(String repository, String tag) {
    IndexDraft draft = IndexDraft.of(ManifestKind.OCI);
    ImagePush push = push(repository);
    CorpusPlatform docker = CorpusPlatform.AMD64;
    draft.add(push.image(ManifestKind.DOCKER, docker, layers(repository, tag, docker)));
    CorpusPlatform oci = CorpusPlatform.ARM64;
    draft.add(push.image(ManifestKind.OCI, oci, layers(repository, tag, oci)));
    return tagged(repository, tag, draft.push(push));
  }

  /** An OCI index for two platforms with annotations on the index and on each descriptor. */
  public PushedImage annotatedIndex(String repository, String tag) {
    IndexDraft draft = IndexDraft.of(ManifestKind.OCI);
    for (PushedManifest child : children(repository, tag, ManifestKind.OCI, TWO)) {
      String platform = child.platform().orElseThrow().toString();
      draft.add(child).putObject("annotations").put("org.example.for", platform);
    }
    draft.annotate("org.opencontainers.image.ref.name", tag);
    return tagged(repository, tag, draft.push(push(repository)));
  }

  /**
   * An OCI index as buildx makes it: linux/amd64, linux/arm64, and for each an attestation manifest
   * ({@code unknown/unknown}) that names the child it describes.
   */
  public PushedImage ociIndexWithAttestations(String repository, String tag) {
    IndexDraft draft = IndexDraft.of(ManifestKind.OCI);
    ImagePush push = push(repository);
    List<PushedManifest> images = children(repository, tag, ManifestKind.OCI, TWO);
    images.forEach(draft::add);
    for (PushedManifest image : images) {
      draft
          .add(push.attestation(image))
          .putObject("annotations")
          .put("vnd.docker.reference.digest", image.digest())
          .put("vnd.docker.reference.type", "attestation-manifest");
    }
    return tagged(repository, tag, draft.push(push));
  }

  /**
   * An OCI index for linux/amd64 and linux/arm64 whose arm64 child cannot be copied, as the server
   * lost the layer that only this child has. The amd64 child is whole.
   */
  public PushedImage brokenIndex(RegistryServer server, String repository, String tag) {
    PushedImage image = ociIndex(repository, tag);
    List<String> blobs = image.child("linux/arm64").blobs();
    server.loseBlob(blobs.get(blobs.size() - 1));
    return image;
  }

  /**
   * A signed manifest of schema 1, of which no copy with the same digest can be made by today's
   * programs. Only a server {@link RegistryServer#withSchema1} takes it. Its digest is that of the
   * text without the signatures, so {@link RegistryReader} does not read it.
   */
  public PushedImage schema1(String repository, String tag) {
    Layer layer = Layer.seeded(seed, repository + ":" + tag, layerBytes, true);
    api.pushBlob(repository, layer.digest(), layer.bytes());
    String payload = Schema1.payload(repository, tag, List.of(layer.digest()));
    byte[] text = payload.getBytes(StandardCharsets.UTF_8);
    api.pushManifest(repository, tag, Schema1.MEDIA_TYPE, Schema1.signed(payload));
    PushedManifest manifest =
        new PushedManifest(
            Schema1.MEDIA_TYPE,
            Sha256.of(text),
            text.length,
            Optional.of(CorpusPlatform.AMD64),
            List.of(layer.digest()),
            List.of());
    return new PushedImage(host, repository, tag, manifest);
  }

  private List<PushedManifest> children(
      String repository, String tag, ManifestKind kind, List<CorpusPlatform> platforms) {
    ImagePush push = push(repository);
    List<PushedManifest> children = new ArrayList<>();
    for (CorpusPlatform platform : platforms) {
      children.add(push.image(kind, platform, layers(repository, tag, platform)));
    }
    return children;
  }

  private List<Layer> layers(String repository, String tag, CorpusPlatform platform) {
    Layer shared = Layer.seeded(seed, "base " + platform.architecture(), baseBytes, true);
    String label = repository + ":" + tag + " " + platform;
    return List.of(shared, Layer.seeded(seed, label, layerBytes, true));
  }

  private ImagePush push(String repository) {
    return new ImagePush(api, repository);
  }

  private PushedImage tagged(String repository, String tag, PushedManifest manifest) {
    push(repository).tag(manifest, tag);
    return new PushedImage(host, repository, tag, manifest);
  }
}
