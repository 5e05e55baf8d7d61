package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.bytes;
import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.ScriptedRegistry.Script;
import io.imagetools.worker.registry.ScriptedRegistry.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Large registries and the parts of a blob, as others have seen them: see docs/adr/0017 for who
 * does what. Each gets the blob nonetheless.
 */
@Timeout(300)
class RefusedPartsTest extends ClientFixture {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(10), Duration.ofMinutes(10));
  private static final int PART = 300;
  private static final String TEXT =
      IntStream.range(1000, 1250).mapToObj(Integer::toString).collect(Collectors.joining());
  private static final byte[] BLOB = TEXT.getBytes(StandardCharsets.UTF_8);
  private static final Digest BLOB_DIGEST = Digest.sha256(BLOB);
  private static final String TOO_LARGE =
      "{\"errors\":[{\"code\":\"REQUESTED_RANGE_NOT_SATISFIABLE\",\"message\":\"the request body is"
          + " too large and exceeds the maximum permissible limit of 4.00MiB\"}]}";
  private static final Script HANGS_UP = exchange -> {};

  private final Repository from = new Repository(server.registry(), "a/b");
  private final Repository to = new Repository(server.registry(), "c/d");
  private final AtomicLong kept = new AtomicLong();

  @BeforeEach
  void anOrdinaryRegistry() {
    server.on("GET /v2/a/b/blobs/" + BLOB_DIGEST, bytes(200, BLOB));
    server.on(
        "POST /v2/c/d/blobs/uploads/",
        exchange -> {
          kept.set(0);
          status(202, "Location", "/up").answer(exchange);
        });
    server.on("PUT /up", status(201));
  }

  private void upload() throws MirrorFailure, InterruptedException {
    RegistryWrites writes = client.writes(LIMITS, PART);
    writes.upload(from, BLOB_DIGEST, BLOB.length, writes.open(to));
  }

  private List<Seen> seen(String method) {
    return server.seen().stream().filter(seen -> seen.line().startsWith(method + " ")).toList();
  }

  private static Script kept(int status, long bytes) {
    return status(status, "Location", "/up", "Range", "0-" + (bytes - 1));
  }

  private void assertArrivesByOnePutAndTheNextSendsNoPart(int partsInVain) throws Exception {
    upload();

    assertThat(seen("PUT")).extracting(Seen::body).containsExactly(TEXT);
    assertThat(seen("PATCH")).hasSize(partsInVain);

    upload();

    assertThat(seen("PUT")).extracting(Seen::body).containsExactly(TEXT, TEXT);
    assertThat(seen("PATCH")).hasSize(partsInVain);
  }

  @Test
  void a_registry_that_says_416_to_each_part_gets_the_blob_in_one_piece() throws Exception {
    server.on("PATCH /up", text(416, TOO_LARGE));

    assertArrivesByOnePutAndTheNextSendsNoPart(1);
  }

  @Test
  void a_registry_that_tells_the_range_of_the_first_part_for_ever_gets_the_blob_in_one_piece()
      throws Exception {
    server.on("PATCH /up", kept(201, PART), kept(201, PART), status(416));
    server.on("GET /up", status(404));

    assertArrivesByOnePutAndTheNextSendsNoPart(2);
  }

  @Test
  void a_registry_that_refuses_the_second_part_gets_the_blob_in_one_piece() throws Exception {
    server.on("PATCH /up", kept(202, PART), status(400));

    assertArrivesByOnePutAndTheNextSendsNoPart(2);
  }

  @Test
  void a_registry_that_hangs_up_on_each_first_part_gets_the_blob_in_one_piece() throws Exception {
    server.on("PATCH /up", HANGS_UP);

    assertArrivesByOnePutAndTheNextSendsNoPart(Breaks.MOST + 1);
  }

  @Test
  void a_registry_that_knows_no_upload_it_was_sent_a_part_of_gets_the_blob_in_one_piece()
      throws Exception {
    server.on("PATCH /up", text(404, "{\"errors\":[{\"code\":\"BLOB_UPLOAD_UNKNOWN\"}]}"));

    assertArrivesByOnePutAndTheNextSendsNoPart(Breaks.MOST + 1);
  }

  @Test
  void a_blob_that_goes_in_one_piece_is_not_continued_in_parts_when_it_breaks() throws Exception {
    server.on("PATCH /up", status(405));
    server.on("PUT /up", HANGS_UP, status(201));
    server.on("GET /up", status(204, "Location", "/up", "Range", "0-499"));

    upload();

    assertThat(seen("PUT")).extracting(Seen::body).containsExactly(TEXT, TEXT);
    assertThat(seen("PATCH")).hasSize(1);
  }

  @Test
  void that_a_registry_takes_no_parts_is_not_believed_before_it_took_a_blob_whole()
      throws Exception {
    server.on("PATCH /up", status(403), this::keepWhatFits);
    server.on("PUT /up", status(403), status(201));

    assertThat(failureOf(this::tryUpload).kind()).isEqualTo(FailureKind.DENIED);
    upload();

    assertThat(seen("PATCH").stream().skip(1).map(Seen::body).collect(Collectors.joining()))
        .isEqualTo(TEXT);
  }

  private Object tryUpload() throws MirrorFailure, InterruptedException {
    upload();
    return "it is there";
  }

  /** A part that begins where the upload ends. Any other is refused as Quay does it. */
  private void keepWhatFits(HttpExchange exchange) throws IOException {
    String[] range = exchange.getRequestHeaders().getFirst("Content-Range").split("-", -1);
    if (Long.parseLong(range[0]) != kept.get()) {
      status(416, "Location", "/up", "Range", "0-" + kept).answer(exchange);
      return;
    }
    kept.set(Long.parseLong(range[1]) + 1);
    kept(202, kept.get()).answer(exchange);
  }

  private void tellOneByteTooMany(HttpExchange exchange) throws IOException {
    status(204, "Range", "bytes=0-" + kept).answer(exchange);
  }

  @Test
  void a_position_that_is_one_byte_too_far_is_tried_once_and_the_upload_begun_anew()
      throws Exception {
    server.on("PATCH /up", this::keepWhatFits, HANGS_UP, this::keepWhatFits);
    server.on("GET /up", this::tellOneByteTooMany);

    upload();

    assertThat(seen("POST")).hasSize(2);
    assertThat(server.lines()).containsOnlyOnce("GET /up");
    assertThat(seen("PATCH").stream().skip(3).map(Seen::body).collect(Collectors.joining()))
        .isEqualTo(TEXT);
    assertThat(seen("PUT")).hasSize(1);
  }

  @Test
  void a_position_behind_all_that_was_sent_is_not_believed() throws Exception {
    server.on("PATCH /up", this::keepWhatFits, HANGS_UP, this::keepWhatFits);
    server.on("GET /up", status(204, "Range", "0-" + (2 * PART)));

    upload();

    assertThat(seen("POST")).hasSize(2);
    assertThat(seen("PATCH").stream().skip(2).map(Seen::body).collect(Collectors.joining()))
        .isEqualTo(TEXT);
  }
}
