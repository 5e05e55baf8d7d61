package io.imagetools.worker.results;

import io.imagetools.common.job.JobEvent;
import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.Right;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that a result waits, and once that it does no longer. For one thread. */
final class Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(ResultPublisher.class);

  private final JobEvent.Finished event;
  private final Right needed;
  private boolean said;

  /**
   * For one result.
   *
   * @param needed the right that it takes to publish it
   */
  Waiting(JobEvent.Finished event, Right needed) {
    this.event = event;
    this.needed = needed;
  }

  void silence() {
    say("The broker does not answer");
  }

  void failed(Throwable problem) {
    say("The broker does not take it (" + BrokerAnswer.briefly(problem, needed) + ")");
  }

  private void say(String reason) {
    if (said) {
      return;
    }
    said = true;
    LOG.warn(
        "{}; the result of {} waits, and is sent until it is acknowledged",
        reason,
        event.result().id());
  }

  void over() {
    if (said) {
      LOG.info("The broker answers again; the result of {} is there", event.result().id());
    }
  }
}
