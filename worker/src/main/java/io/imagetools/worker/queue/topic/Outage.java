package io.imagetools.worker.queue.topic;

import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.Topics;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Twenty slots see the same broker go; one line says so, and one that it is back. Thread-safe. */
public final class Outage {
  private static final Logger LOG = LoggerFactory.getLogger(Outage.class);

  private final Topics topics;
  private final String group;
  private final AtomicBoolean lasting = new AtomicBoolean();

  /**
   * Of a queue.
   *
   * @param group of the workers
   */
  public Outage(Topics topics, String group) {
    this.topics = topics;
    this.group = group;
  }

  /** The queue did not answer. */
  public void seen(Exception problem) {
    if (lasting.compareAndSet(false, true)) {
      LOG.warn(
          "The queue does not answer ({}). Running copies go on; new jobs are taken when it is back",
          BrokerAnswer.briefly(problem, needed(problem)));
    }
    LOG.debug("A part of the worker lost its connection to the queue.", problem);
  }

  /** The right that is missing if it is about rights. */
  private Right needed(Exception problem) {
    if (problem instanceof GroupAuthorizationException) {
      return Right.onGroup(AclOperation.READ, group);
    }
    return problem instanceof ExecutionException // the only thing whose end a slot waits for
        ? Right.onTopic(AclOperation.WRITE, topics.deadLetters())
        : Right.onTopic(AclOperation.READ, topics.jobs());
  }

  /** It did. */
  public void over() {
    if (lasting.compareAndSet(true, false)) {
      LOG.info("The queue answers again");
    }
  }
}
