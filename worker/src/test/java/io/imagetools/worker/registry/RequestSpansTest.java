package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.trace.SpanRecorder;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a trace shows of the requests of a job. */
class RequestSpansTest extends ClientFixture {
  private final SpanRecorder recorder = new SpanRecorder();
  private final RegistryClient traced = traced();

  private RegistryClient traced() {
    Hosts hosts = new Hosts(Set.of(server.registry()));
    hosts.answered(server.registry(), URI.create(server.address("/")));
    Transport transport = new Transport(Map.of(), Transport.Timeouts.DEFAULT, recorder);
    return new RegistryClient(CredentialLookup.NONE, hosts, transport, clock);
  }

  private void head() {
    TraceContext before = CurrentTrace.swap(SpanRecorder.JOB);
    try (traced) {
      traced.head(image());
    } catch (Exception refused) {
      assertThat(refused).isInstanceOf(MirrorFailure.class);
    } finally {
      CurrentTrace.swap(before);
    }
  }

  @Test
  void each_request_is_one_below_the_job_and_tells_its_own_place_to_the_registry() {
    server.on("HEAD " + MANIFEST, ScriptedRegistry.status(307, "Location", "/store?sig=s3cret"));
    server.on("HEAD /store", manifest());

    head();

    assertThat(recorder.spans())
        .hasSize(2)
        .allSatisfy(span -> assertThat(span.what()).isEqualTo("CLIENT HEAD"))
        .allSatisfy(span -> assertThat(span.parent()).isEqualTo(SpanRecorder.JOB))
        .allSatisfy(span -> assertThat(span.ends()).containsExactly("ended"));
    assertThat(server.seen())
        .extracting(ScriptedRegistry.Seen::trace)
        .containsExactlyElementsOf(
            recorder.spans().stream().map(span -> span.context().traceparent()).toList());
    assertThat(recorder.spans().get(1).notes())
        .containsOnly(
            Map.entry("http.request.method", "HEAD"),
            Map.entry("server.address", "127.0.0.1"),
            Map.entry("server.port", server.port() + " (a number)"),
            Map.entry("url.full", server.address("/store")), // without what signs it
            Map.entry("http.response.status_code", "200 (a number)"));
  }

  @Test
  void an_image_that_is_not_there_is_no_error() {
    head(); // 404

    assertThat(recorder.spans()).isNotEmpty();
    assertThat(recorder.spans().get(0).ends()).containsExactly("ended");
    assertThat(recorder.spans().get(0).notes())
        .containsEntry("http.response.status_code", "404 (a number)")
        .doesNotContainKey("error.type");
  }

  @Test
  void what_the_registry_can_not_do_is_one() {
    server.on("HEAD " + MANIFEST, ScriptedRegistry.status(503));

    head();

    assertThat(recorder.spans().get(0).ends()).containsExactly("failed", "ended");
    assertThat(recorder.spans().get(0).notes()).containsEntry("error.type", "503");
  }

  @Test
  void so_is_no_answer() {
    server.on("HEAD " + MANIFEST, exchange -> {}); // it hangs up

    head();

    assertThat(recorder.spans().get(0).ends()).containsExactly("failed", "ended");
    assertThat(recorder.spans().get(0).notes())
        .hasEntrySatisfying("error.type", type -> assertThat(type).endsWith("Exception"))
        .doesNotContainKey("http.response.status_code");
  }

  @Test
  void a_request_of_no_job_is_none() throws Exception {
    server.on("HEAD " + MANIFEST, manifest());
    try (traced) {
      assertThat(traced.head(image())).isPresent();
    }

    assertThat(recorder.spans()).isEmpty();
    assertThat(server.seen()).extracting(ScriptedRegistry.Seen::trace).containsOnlyNulls();
  }
}
