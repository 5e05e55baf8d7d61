package io.imagetools.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.JobEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoldenFilesTest {

  @Test
  void a_job_is_written_as_ever_and_read_back() throws Exception {
    GoldenFiles.check("job", JobCodec.encode(Samples.JOB));

    assertThat(JobCodec.decode(GoldenFiles.read("job"))).isEqualTo(Samples.JOB);
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
}
