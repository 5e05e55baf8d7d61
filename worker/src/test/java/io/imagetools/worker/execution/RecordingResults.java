package io.imagetools.worker.execution;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.job.MirrorResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told. */
final class RecordingResults implements Results {
  final List<JobEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public void started(JobEvent.Started event) {
    events.add(event);
  }

  @Override
  public void finished(JobEvent.Finished event) {
    events.add(event);
  }

  List<MirrorResult> finished() {
    return events.stream()
        .filter(JobEvent.Finished.class::isInstance)
        .map(event -> ((JobEvent.Finished) event).result())
        .toList();
  }
}
