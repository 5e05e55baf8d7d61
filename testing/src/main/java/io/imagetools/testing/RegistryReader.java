package io.imagetools.testing;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a registry really serves and checks every digest and size against the bytes. It shares
 * no code with the product. Failures are {@link IncompleteImageException}. Safe for any thread.
 */
public final class RegistryReader {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ACCEPT =
      String.join(
          ",",
          ManifestKind.DOCKER.index(),
          ManifestKind.DOCKER.manifest(),
          ManifestKind.OCI.index(),
          ManifestKind.OCI.manifest());

  private final RegistryApi api;

  /** Reads from a server that is running, with its login. */
  public RegistryReader(RegistryServer server) {
    this.api = server.api();
  }

  /** Reads from a registry without login, over plain http. */
  public RegistryReader(String host) {
    this.api = new RegistryApi(host, Optional.empty(), false);
  }

  /**
   * The manifest of a tag or digest.
   *
   * @throws IncompleteImageException if it isn't there, or the bytes do not have the digest that
   *     was asked for or the one that the registry states
   */
  public ServedManifest manifest(String repository, String reference) {
    String path = "/v2/" + repository + "/manifests/" + reference;
    HttpResponse<byte[]> answer = bytes(path, "Accept", ACCEPT);
    String digest = Sha256.of(answer.body());
    check(!reference.contains(":") || reference.equals(digest), path, digest);
    Optional<String> stated = answer.headers().firstValue("Docker-Content-Digest");
    check(stated.isEmpty() || stated.get().equals(digest), path, digest);
    String mediaType = answer.headers().firstValue("Content-Type").orElse("");
    return new ServedManifest(mediaType, digest, answer.body());
  }

  /** The digest a tag points to; empty if there is no such tag. */
  public Optional<String> digest(String repository, String tag) {
    HttpResponse<byte[]> answer =
        api.head("/v2/" + repository + "/manifests/" + tag, "Accept", ACCEPT);
    return answer.statusCode() == 404
        ? Optional.empty()
        : RegistryApi.expect(200, answer).headers().firstValue("Docker-Content-Digest");
  }

  /** The tags of a repository, sorted; empty if it doesn't exist. */
  public List<String> tags(String repository) {
    HttpResponse<byte[]> answer = api.get("/v2/" + repository + "/tags/list");
    if (answer.statusCode() == 404) {
      return List.of();
    }
    JsonNode tags = JSON.readTree(RegistryApi.expect(200, answer).body()).path("tags");
    return texts(tags).stream().sorted().toList();
  }

  /** Deletes what a tag points to. */
  public void delete(String repository, String tag) {
    String path = "/v2/" + repository + "/manifests/" + manifest(repository, tag).digest();
    RegistryApi.expect(202, api.delete(path));
  }

  /**
   * Walks an image down to its last blob. Trees are equal if the images are the same.
   *
   * @throws IncompleteImageException if anything is missing or is not what its descriptor says
   */
  public ImageTree read(String repository, String reference) {
    ServedManifest manifest = manifest(repository, reference);
    JsonNode content = JSON.readTree(manifest.bytes());
    List<ImageTree> children = new ArrayList<>();
    for (JsonNode entry : content.path("manifests")) {
      children.add(child(repository, entry));
    }
    List<String> blobs = new ArrayList<>();
    if (content.has("config")) {
      blobs.add(blob(repository, content.path("config")));
    }
    for (JsonNode layer : content.path("layers")) {
      blobs.add(blob(repository, layer));
    }
    return new ImageTree(
        manifest.mediaType(), manifest.digest(), annotations(content), "", blobs, children);
  }

  private ImageTree child(String repository, JsonNode entry) {
    ImageTree child = read(repository, entry.path("digest").asString());
    long size = manifest(repository, child.digest()).bytes().length;
    String what = repository + "@" + child.digest();
    check(entry.path("size").asLong() == size, what + ": its descriptor's size", "" + size);
    check(entry.path("mediaType").asString().equals(child.mediaType()), what, child.mediaType());
    String platform = entry.path("platform").toString();
    return new ImageTree(
        child.mediaType(),
        child.digest(),
        annotations(entry),
        platform,
        child.blobs(),
        child.children());
  }

  private String blob(String repository, JsonNode descriptor) {
    String digest = descriptor.path("digest").asString();
    String path = "/v2/" + repository + "/blobs/" + digest;
    byte[] bytes = bytes(path).body();
    check(Sha256.of(bytes).equals(digest), path, Sha256.of(bytes));
    check(descriptor.path("size").asLong() == bytes.length, path, "size " + bytes.length);
    return digest;
  }

  private HttpResponse<byte[]> bytes(String path, String... headers) {
    HttpResponse<byte[]> answer = api.get(path, headers);
    if (answer.statusCode() != 200) {
      throw new IncompleteImageException(
          "GET " + answer.uri() + " was answered with " + answer.statusCode());
    }
    return answer;
  }

  private static void check(boolean as, String what, String found) {
    if (!as) {
      throw new IncompleteImageException(what + " is not what was asked for; found " + found);
    }
  }

  private static String annotations(JsonNode node) {
    return node.path("annotations").toString();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asString()));
    return texts;
  }
}
