package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.TraceHeaders;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ProxiedRequest;
import io.imagetools.testing.RegistryServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One trace from who enqueues a run to the registries and the results, by real processes. */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class TracingTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  private static final String TRACE = PARENT.substring(3, 35);

  private final KafkaSettings settings = SharedBroker.settings("tracing");
  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();

  @TempDir private Path folder;

  @BeforeEach
  void start() {
    source.start();
    destination.start();
    new ImageCorpus(source).dockerList("app", "1");
  }

  @AfterEach
  void stop() {
    source.close();
    destination.close();
  }

  private String[] onCluster(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    all.addAll(List.of("--topic-prefix", settings.topics().prefix()));
    return all.toArray(String[]::new);
  }

  private CommandRun enqueue(Map<String, String> environment, String from, String to)
      throws Exception {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, from + "/app " + to + "/copy 1\n");
    return CommandRun.with(environment, "", onCluster("enqueue", "-f", list.toString()));
  }

  /** Enqueues one image, and lets a worker copy it; returns when both have ended. */
  private void mirror(
      FaultyProxy from, FaultyProxy to, Map<String, String> enqueueing, Map<String, String> working)
      throws Exception {
    mirror("registry", from, to, enqueueing, working);
  }

  private void mirror(
      String engine,
      FaultyProxy from,
      FaultyProxy to,
      Map<String, String> enqueueing,
      Map<String, String> working)
      throws Exception {
    CommandRun enqueued = enqueue(enqueueing, from.host(), to.host());
    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    String insecure = from.host() + "," + to.host();
    String[] arguments = onCluster("worker", "--engine", engine, "--insecure-registry", insecure);
    try (ProgramProcess worker = ProgramProcess.start(folder, working, arguments)) {
      await().atMost(SOON).until(() -> !results().isEmpty());
      worker.signal("TERM");
      assertThat(worker.exit(90)).as(worker.err()).isEqualTo(143);
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> results() {
    return events("JOB_FINISHED");
  }

  private List<ConsumerRecord<byte[], byte[]>> events(String type) {
    return TopicReading.all(settings, settings.topics().status()).stream()
        .filter(each -> new String(each.value(), StandardCharsets.UTF_8).contains(type))
        .toList();
  }

  private static TraceContext traceOf(ConsumerRecord<byte[], byte[]> record) {
    return Objects.requireNonNull(TraceHeaders.of(record.headers()), "it is of no trace");
  }

  @Test
  void without_an_exporter_the_context_is_handed_on_and_nothing_of_the_sdk_is_loaded()
      throws Exception {
    Path loaded = folder.resolve("classes.txt");
    Map<String, String> watched =
        Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded + "::filesize=0");
    try (FaultyProxy from = new FaultyProxy(source);
        FaultyProxy to = new FaultyProxy(destination)) {
      mirror(from, to, Map.of("TRACEPARENT", PARENT, "TRACESTATE", "ours=secret"), watched);

      assertThat(requests(from, to)).extracting(ProxiedRequest::trace).containsOnly(PARENT);
    }
    assertThat(TopicReading.all(settings, settings.topics().jobs()))
        .singleElement()
        .satisfies(job -> assertThat(traceOf(job).tracestate()).isEqualTo("ours=secret"));
    assertThat(results())
        .singleElement()
        .satisfies(result -> assertThat(traceOf(result).traceparent()).isEqualTo(PARENT));
    assertThat(Files.readString(loaded))
        .contains("io.imagetools.worker.execution.TracedJobs")
        .doesNotContain("io.opentelemetry");
  }

  private static List<ProxiedRequest> requests(FaultyProxy from, FaultyProxy to) {
    assertThat(from.requests("GET", "/blobs/")).isNotEmpty();
    assertThat(to.requests("PUT", "/manifests/")).isNotEmpty();
    List<ProxiedRequest> all = new ArrayList<>(from.requests());
    all.addAll(to.requests());
    return all;
  }

  private static String spanOf(ProxiedRequest request) {
    return TraceContext.parse(request.trace(), null).orElseThrow().spanId();
  }

  @Test
  void with_an_exporter_each_job_is_a_span_below_that_of_its_run_and_each_request_one_below_it()
      throws Exception {
    try (SpanSink sink = SpanSink.start();
        FaultyProxy from = new FaultyProxy(source);
        FaultyProxy to = new FaultyProxy(destination)) {
      Map<String, String> recording = new HashMap<>(sink.variables());
      Map<String, String> enqueueing = new HashMap<>(recording);
      enqueueing.put("TRACEPARENT", PARENT);
      mirror(from, to, enqueueing, recording);

      TraceContext job = traceOf(TopicReading.all(settings, settings.topics().jobs()).get(0));
      TraceContext result = traceOf(results().get(0));
      assertThat(List.of(job, result)).extracting(TraceContext::traceId).containsOnly(TRACE);
      assertThat(result.spanId()).isNotEqualTo(job.spanId());
      assertThat(PARENT).doesNotContain(job.spanId());
      assertThat(traceOf(events("JOB_PLANNED").get(0))).isEqualTo(job);
      // What the exporter sent, in OTLP's binary form: ids as bytes, names as text.
      assertThat(sink.received("enqueue run", TRACE, job.spanId())).isTrue();
      assertThat(sink.received("mirror image", TRACE, result.spanId())).isTrue();
      assertThat(sink.received("imagetools.outcome", "mirrored")).isTrue();
      assertThat(requests(from, to))
          .extracting(TracingTest::spanOf)
          .doesNotHaveDuplicates()
          .doesNotContain(result.spanId())
          .allMatch(span -> sink.received(TRACE, span, result.spanId(), "http.request.method"));
    }
  }

  @Test
  void with_the_engine_skopeo_each_run_of_it_is_a_span_below_the_job_too() throws Exception {
    try (SpanSink sink = SpanSink.start();
        FaultyProxy from = new FaultyProxy(source);
        FaultyProxy to = new FaultyProxy(destination)) {
      Map<String, String> recording = sink.variables();
      mirror("skopeo", from, to, recording, recording);

      TraceContext result = traceOf(results().get(0));
      String job = result.spanId();
      assertThat(sink.received("process.executable.name", "skopeo", result.traceId(), job))
          .isTrue();
      assertThat(sink.received("process.exit.code")).isTrue();
    }
  }

  @Test
  void a_receiver_that_is_away_costs_spans_and_nothing_else() throws Exception {
    Map<String, String> nobody =
        Map.of("OTEL_TRACES_EXPORTER", "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
    CommandRun enqueued = enqueue(nobody, source.host(), destination.host());

    assertThat(enqueued.status()).as(enqueued.err()).isZero();
    assertThat(TopicReading.all(settings, settings.topics().jobs()))
        .singleElement()
        .satisfies(job -> assertThat(traceOf(job).traceId()).hasSize(32));
  }

  @Test
  void an_exporter_that_there_is_not_is_said_before_anything_is_submitted() throws Exception {
    CommandRun enqueued =
        enqueue(Map.of("OTEL_TRACES_EXPORTER", "zipkin"), source.host(), destination.host());

    assertThat(enqueued.status()).isEqualTo(3);
    assertThat(enqueued.err()).contains("Tracing can't be started", "OTEL_TRACES_EXPORTER=otlp");
  }
}
