package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.util.List;
import java.util.Optional;
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
    String descriptor =
        "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":1}"
            .formatted(MediaTypes.OCI_MANIFEST, String.valueOf(digit).repeat(64));
    String text = "{\"schemaVersion\":2,\"manifests\":[" + descriptor + "]}";
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

  @Test
  void too_many_requests_are_no_missing_answer() {
    server.on("GET " + PATH, ScriptedRegistry.status(429, "Retry-After", "7"));

    assertThat(failureOf(this::referrers).kind()).isEqualTo(FailureKind.RATE_LIMITED);
  }
}
