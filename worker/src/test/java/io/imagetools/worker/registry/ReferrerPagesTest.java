package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Digest;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferrerPagesTest extends ClientFixture {

  private static final String PATH = "/v2/a/b/referrers/" + DIGEST;
  private static final String NEXT = "/v2/a/b/referrers/next";

  private Optional<List<Descriptor>> referrers() throws Exception {
    return client.referrers(image().repository(), DIGEST);
  }

  private static ScriptedRegistry.Script page(char digit, String... headers) {
    return page(List.of(descriptor(String.valueOf(digit).repeat(64), "")), headers);
  }

  private static String descriptor(String hex, String note) {
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":1,\"annotations\":{\"n\":\"%s\"}}"
        .formatted(MediaTypes.OCI_MANIFEST, hex, note);
  }

  private static ScriptedRegistry.Script page(List<String> descriptors, String... headers) {
    String text = "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", descriptors) + "]}";
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = MediaTypes.OCI_INDEX;
    System.arraycopy(headers, 0, all, 2, headers.length);
    return ScriptedRegistry.text(200, text, all);
  }

  @Test
  void all_pages_are_read_wherever_the_link_stands_among_others() throws Exception {
    server.on("GET " + PATH, page('a', "Link", "</x>; rel=\"prev\", <" + NEXT + "?n=1>; rel=next"));
    server.on("GET " + NEXT, page('b', "Link", "<" + server.address(PATH) + "2>; rel=\"next\""));
    server.on("GET " + PATH + "2", page('c'));

    assertThat(referrers().orElseThrow()).hasSize(3);
    assertThat(server.lines()).contains("GET " + NEXT + "?n=1");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 501})
  void a_registry_that_does_not_know_the_question_gives_no_answer(int status) throws Exception {
    server.on("GET " + PATH, ScriptedRegistry.status(status));

    assertThat(referrers()).isEmpty();
  }

  @Test
  void a_web_page_is_no_answer() throws Exception {
    server.on("GET " + PATH, ScriptedRegistry.text(200, "<html>", "Content-Type", "text/html"));

    assertThat(referrers()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://elsewhere.example/v2/a", "http://%zz/", "/outside"})
  void a_link_to_anywhere_else_is_not_followed(String link) {
    server.on("GET " + PATH, page('a', "Link", "<" + link + ">; rel=\"next\""));

    MirrorFailure failure = failureOf(this::referrers);

    assertThat(failure.kind()).isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("another host");
  }

  @Test
  void a_loop_of_pages_ends() {
    server.on("GET " + PATH, page('a', "Link", "<" + PATH + ">; rel=\"next\""));

    MirrorFailure failure = failureOf(this::referrers);

    assertThat(failure).hasMessageContaining("more than 100 pages");
    assertThat(server.lines()).hasSize(ReferrerPages.MAX_PAGES);
  }

  /** Pages without an end, of so many descriptors with a note of so many bytes each. */
  private void endless(int descriptors, int bytes) {
    AtomicInteger number = new AtomicInteger();
    server.on(
        "GET " + PATH,
        exchange ->
            page(
                    Stream.generate(() -> "%064x".formatted(number.incrementAndGet()))
                        .limit(descriptors)
                        .map(hex -> descriptor(hex, "x".repeat(bytes)))
                        .toList(),
                    "Link",
                    "<" + PATH + ">; rel=\"next\"")
                .answer(exchange));
  }

  @Test
  void a_list_of_too_many_manifests_is_read_no_further() {
    endless(400, 1);

    MirrorFailure failure = failureOf(this::referrers);

    assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
    assertThat(failure)
        .hasMessage(
            "More than 1000 manifests refer to %s: mirror it without --referrers",
            image().repository().pinned(DIGEST));
    assertThat(server.lines()).hasSize(3);
  }

  @Test
  void a_list_of_few_manifests_that_say_much_is_read_no_further() {
    endless(2, 1 << 20);

    MirrorFailure failure = failureOf(this::referrers);

    assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED_MEDIA_TYPE);
    assertThat(failure)
        .hasMessageContaining("more than 4 MiB")
        .hasMessageContaining("mirror it without --referrers");
    assertThat(server.lines()).hasSize(2);
  }

  @Test
  void a_list_of_as_many_manifests_as_may_be_is_read() throws Exception {
    List<String> most =
        IntStream.range(0, RegistryReads.MAX_REFERRERS)
            .mapToObj(number -> descriptor("%064x".formatted(number), ""))
            .toList();
    server.on("GET " + PATH, page(most));

    assertThat(referrers().orElseThrow()).hasSize(RegistryReads.MAX_REFERRERS);
  }

  /** A scanner leaves a report with each run. */
  @Test
  void among_however_many_others_those_that_are_asked_for_are_found() throws Exception {
    endless(400, 1);

    assertThat(among("%064x".formatted(2), "%064x".formatted(1201))).hasSize(2);
    assertThat(server.lines()).hasSize(4);
  }

  @Test
  void among_however_much_others_say_those_that_are_asked_for_are_found() throws Exception {
    endless(2, 1 << 20);

    assertThat(among("%064x".formatted(9))).hasSize(1);
    assertThat(server.lines()).hasSize(5);
  }

  @Test
  void what_stands_in_no_page_that_is_read_is_taken_for_absent() throws Exception {
    endless(1, 1);

    assertThat(among("%064x".formatted(1), "%064x".formatted(0))).hasSize(1);
    assertThat(server.lines()).hasSize(ReferrerPages.MAX_PAGES);
  }

  @Test
  void what_stands_in_a_page_of_more_than_4_MiB_is_taken_for_absent() throws Exception {
    endless(5, 1 << 20);

    assertThat(among("%064x".formatted(1))).isEmpty();
  }

  private Set<Digest> among(String... hex) throws Exception {
    Set<Digest> wanted =
        Stream.of(hex).map(one -> Digest.parse("sha256:" + one)).collect(Collectors.toSet());
    return client.referrersAmong(image().repository(), DIGEST, wanted).orElseThrow();
  }

  @Test
  void too_many_requests_are_no_missing_answer() {
    server.on("GET " + PATH, ScriptedRegistry.status(429, "Retry-After", "7"));

    assertThat(failureOf(this::referrers).kind()).isEqualTo(FailureKind.RATE_LIMITED);
  }
}
