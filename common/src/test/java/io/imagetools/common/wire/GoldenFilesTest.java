package io.imagetools.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.QueuedJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GoldenFilesTest {

  @Test
  void a_job_is_written_as_ever_and_read_back() throws Exception {
    GoldenFiles.check("job", JobCodec.encode(Samples.JOB));

    assertThat(JobCodec.decode(GoldenFiles.read("job"))).isEqualTo(Samples.JOB);
  }

  @Test
  void a_parked_job_is_written_as_ever_and_read_back() throws Exception {
    GoldenFiles.check("job-parked", JobCodec.encode(Samples.JOB, Samples.PARKING));

    assertThat(JobCodec.decodeQueued(GoldenFiles.read("job-parked")))
        .isEqualTo(new QueuedJob(Samples.JOB, Samples.PARKING));
  }

  @Test
  void a_condition_of_a_registry_is_written_as_ever_and_read_back() throws Exception {
    GoldenFiles.check("registry", ConditionCodec.encode(Samples.CONDITION));

    assertThat(ConditionCodec.decode(GoldenFiles.read("registry"))).isEqualTo(Samples.CONDITION);
  }

  @Test
  void what_is_said_of_a_blob_is_written_as_ever_and_read_back() throws Exception {
    GoldenFiles.check("blob", BlobCodec.encode(Samples.THERE));
    GoldenFiles.check("blob-sending", BlobCodec.encode(Samples.SENDING));

    assertThat(BlobCodec.decode(GoldenFiles.read("blob"))).isEqualTo(Samples.THERE);
    assertThat(BlobCodec.decode(GoldenFiles.read("blob-sending"))).isEqualTo(Samples.SENDING);
    assertThat(BlobCodec.key(Samples.SENDING)).isEqualTo(BlobCodec.key(Samples.THERE));
  }

  @Test
  void a_run_is_written_as_ever_and_read_back() throws Exception {
    GoldenFiles.check("run", RunCodec.encode(Samples.OPEN));

    assertThat(RunCodec.decode(GoldenFiles.read("run"))).isEqualTo(Samples.OPEN);
  }

  @Test
  void every_event_is_written_as_ever() throws Exception {
    for (Map.Entry<String, JobEvent> sample : Samples.events().entrySet()) {
      GoldenFiles.check(sample.getKey(), EventCodec.encode(sample.getValue()));
    }
  }

  @Test
  void every_event_is_read_back() throws Exception {
    for (Map.Entry<String, JobEvent> sample : Samples.events().entrySet()) {
      assertThat(EventCodec.decode(GoldenFiles.read(sample.getKey()))).isEqualTo(sample.getValue());
    }
  }

  @Test
  void a_report_is_written_as_ever() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    ReportJson.write(
        out,
        Samples.OPEN,
        Samples.END,
        List.of(Samples.bareFailure()),
        List.of((JobEvent.LineRejected) Samples.events().get("line-rejected")));

    GoldenFiles.check("report", out.toByteArray());
  }

  @Test
  void all_events_of_a_job_have_its_key_so_that_compaction_keeps_the_result() {
    assertThat(Samples.events().values())
        .filteredOn(event -> !(event instanceof JobEvent.LineRejected))
        .extracting(EventCodec::key)
        .containsOnly("20261124-133000-0f3a9/3");
  }

  @Test
  void every_field_of_every_record_is_in_its_schema_and_every_field_of_a_schema_is_written() {
    PublishedSchemas schemas = new PublishedSchemas();
    Map<String, Set<String>> written = new TreeMap<>();
    Map<String, byte[]> records = WrittenRecords.all();
    records.put("report", WrittenRecords.wholeReport());
    records.forEach(
        (name, record) ->
            written
                .computeIfAbsent(WrittenRecords.schemaOf(name), schema -> new TreeSet<>())
                .addAll(PublishedSchemas.fields(Json.mapper().readTree(record))));

    assertThat(written.keySet()).as("docs/schema").isEqualTo(schemas.records());
    written.forEach(
        (name, fields) ->
            assertThat(fields)
                .as("docs/schema/%s.json (shared parts: parts.json), and the samples", name)
                .isEqualTo(schemas.fields(name)));
  }
}
