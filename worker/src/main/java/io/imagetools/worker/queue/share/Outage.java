package io.imagetools.worker.queue.share;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Twenty slots see the same broker go; one line says so, and one that it is back. Thread-safe. */
final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final AtomicBoolean lasting = new AtomicBoolean();

  void seen(Exception problem) {
    if (lasting.compareAndSet(false, true)) {
      LOG.warn(
          "The queue does not answer ({}). Running copies go on; new jobs are taken when it is back",
          problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage());
    }
    LOG.debug("A slot lost its connection to the queue.", problem);
  }

  void over() {
    if (lasting.compareAndSet(true, false)) {
      LOG.info("The queue answers again");
    }
  }
}
