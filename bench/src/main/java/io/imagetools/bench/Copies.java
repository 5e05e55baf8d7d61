package io.imagetools.bench;

import java.io.IOException;

/** The requests that move one thing between two registries. Used by one thread. */
final class Copies implements AutoCloseable {

  static final String BYTES = "application/octet-stream";
  private static final byte[] NOTHING = {};

  private final Wire source;
  private final Wire destination;

  Copies(String source, String destination) throws IOException {
    this.source = new Wire(source);
    this.destination = new Wire(destination);
  }

  void perform(Step step) throws IOException {
    switch (step.kind()) {
      case BLOB -> blob(step);
      case MOUNT ->
          destination.send(
              201,
              "POST",
              uploads(step.repository()) + "?mount=" + step.digest() + "&from=" + step.detail(),
              BYTES,
              NOTHING);
      case MANIFEST -> manifest(step, step.digest());
      case INDEX -> manifest(step, Step.TAG);
      case LOOK -> {
        source.send(200, "HEAD", manifests(step.repository(), Step.TAG), step.detail(), NOTHING);
        destination.send(
            200, "HEAD", manifests(step.repository(), Step.TAG), step.detail(), NOTHING);
      }
    }
  }

  private void blob(Step step) throws IOException {
    String path = blob(step.repository(), step.digest());
    source.begin("GET", path, BYTES, -1);
    String place =
        destination
            .send(202, "POST", uploads(step.repository()), BYTES, NOTHING)
            .header("Location");
    String upload = path(place) + (place.contains("?") ? "&" : "?") + "digest=" + step.digest();
    Wire.Head blob = source.head(200, "GET " + path);
    destination.begin("PUT", upload, BYTES, blob.length());
    source.splice(blob.length(), destination);
    destination.head(201, "PUT " + upload);
  }

  private void manifest(Step step, String reference) throws IOException {
    byte[] bytes = source.get(manifests(step.repository(), reference), step.detail());
    destination.send(201, "PUT", manifests(step.repository(), reference), step.detail(), bytes);
  }

  static String blob(String repository, String digest) {
    return "/v2/" + repository + "/blobs/" + digest;
  }

  static String uploads(String repository) {
    return "/v2/" + repository + "/blobs/uploads/";
  }

  static String manifests(String repository, String reference) {
    return "/v2/" + repository + "/manifests/" + reference;
  }

  /** Of an upload's address, which registries give with or without their name. */
  static String path(String location) {
    int scheme = location.indexOf("://");
    return scheme < 0 ? location : location.substring(location.indexOf('/', scheme + 3));
  }

  @Override
  public void close() throws IOException {
    source.close();
    destination.close();
  }
}
