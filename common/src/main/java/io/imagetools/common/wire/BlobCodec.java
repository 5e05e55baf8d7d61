package io.imagetools.common.wire;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.BlobNotice;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The records of the blobs topic: {@code "type":"BLOB"}. */
public final class BlobCodec {
  private static final String TYPE = "BLOB";

  private BlobCodec() {}

  /** The record's key, {@code REGISTRY/DIGEST}: what was said last of a blob is what counts. */
  public static String key(BlobNotice notice) {
    return notice.registry().host() + "/" + notice.blob();
  }

  /** The record's value. */
  public static byte[] encode(BlobNotice notice) {
    ObjectNode node =
        Json.record(TYPE)
            .put("registry", notice.registry().host())
            .put("digest", notice.blob().toString())
            .put("state", notice.state().name());
    ArrayNode repositories = node.putArray("repositories");
    notice.repositories().forEach(place -> repositories.add(place.path()));
    node.put("claim", notice.claim())
        .put("worker", notice.worker())
        .put("at", notice.at().toString());
    return Json.bytes(node);
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws InvalidRecordException if the bytes are no notice
   */
  public static BlobNotice decode(byte[] value) throws InvalidRecordException {
    Fields fields = Json.read(value);
    if (!fields.string("type").equals(TYPE)) {
      throw new InvalidRecordException("The record is of another type than " + TYPE);
    }
    Registry registry = fields.parsed("registry", Registry::new);
    List<String> paths = fields.strings("repositories");
    if (paths.size() > BlobNotice.MOST_REPOSITORIES) {
      throw new InvalidRecordException("The field 'repositories' has too many of them");
    }
    try {
      List<Repository> repositories = new ArrayList<>();
      paths.forEach(path -> repositories.add(new Repository(registry, path)));
      return new BlobNotice(
          registry,
          fields.parsed("digest", Digest::parse),
          fields.parsed("state", BlobNotice.State::valueOf),
          repositories,
          fields.string("claim"),
          fields.string("worker"),
          fields.instant("at"));
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException("The notice is none: " + e.getMessage(), e);
    }
  }
}
