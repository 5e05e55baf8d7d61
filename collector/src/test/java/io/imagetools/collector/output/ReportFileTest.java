package io.imagetools.collector.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.collector.ledger.Events;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
  private final Path directory;

  ReportFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void replaces_the_report_by_one_with_each_result_and_rejected_line() throws Exception {
    Path path = Files.writeString(directory.resolve("report.json"), "old");
    Events events = new Events(new RunId("run-1"));
    RunLedger ledger = new RunLedger(events.run(1, 1));
    ledger.apply(events.finished(1, new Outcome.Mirrored()));
    ledger.apply(events.rejected(3, "a b c d"));
    ReportFile report = new ReportFile(path);

    report.check();
    report.write(ledger.run(), Events.NOW, ledger.results(), ledger.rejected());

    assertThat(Files.readString(path))
        .startsWith("{")
        .contains("\"run\":\"run-1\"", "MIRRORED", "a b c d")
        .endsWith("}\n");
  }
}
