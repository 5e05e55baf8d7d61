package io.imagetools.bench;

/**
 * One thing that has to be done to mirror the corpus; together they are the least that registries
 * accept.
 *
 * @param kind what; those of one kind are done before those of the next
 * @param repository the same on both sides
 * @param digest of what is moved
 * @param detail of a mount the other repository, else the media type
 */
record Step(Kind kind, String repository, String digest, String detail) {

  /** The tag of every image. */
  static final String TAG = "1.0";

  enum Kind {
    /** A blob that the destination has nowhere: GET, POST, PUT. */
    BLOB,
    /** A blob that it has in another repository: one POST. */
    MOUNT,
    /** The manifest of one platform, by digest: GET, PUT. */
    MANIFEST,
    /** The index, by tag: GET, PUT. */
    INDEX,
    /** Of an image that is there already: two HEADs. */
    LOOK
  }

  String line() {
    return String.join(" ", kind.name(), repository, digest, detail);
  }

  static Step parse(String line) {
    String[] fields = line.split(" ", 4);
    return new Step(Kind.valueOf(fields[0]), fields[1], fields[2], fields[3]);
  }
}
