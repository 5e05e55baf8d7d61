package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.ScriptedRegistry.Script;
import io.imagetools.worker.registry.ScriptedRegistry.Seen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** One blob on its way from a repository to another of a scripted registry. */
abstract class UploadFixture extends ClientFixture {

  static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(10), Duration.ofMinutes(10));
  static final byte[] BLOB = "a layer, more or less".getBytes(StandardCharsets.UTF_8);
  static final Digest BLOB_DIGEST = Digest.sha256(BLOB);
  static final String ESCAPED = BLOB_DIGEST.toString().replace(":", "%3A");
  static final String GET = "GET /v2/a/b/blobs/" + BLOB_DIGEST;
  static final String POST = "POST /v2/c/d/blobs/uploads/";

  final RegistryWrites writes = client.writes(LIMITS);
  final Repository from = new Repository(server.registry(), "a/b");
  final Repository to = new Repository(server.registry(), "c/d");

  final void upload(RegistryWrites writer) throws MirrorFailure, InterruptedException {
    writer.upload(from, BLOB_DIGEST, BLOB.length, writer.open(to));
  }

  final MirrorFailure failureOfUpload() {
    return catchThrowableOfType(MirrorFailure.class, () -> upload(writes));
  }

  static Script opened(String location) {
    return status(202, "Location", location);
  }

  final Seen last() {
    List<Seen> seen = server.seen();
    return seen.get(seen.size() - 1);
  }
}
