package io.imagetools.worker.queue;

import io.imagetools.common.job.RunId;
import java.util.List;

/**
 * A handler around another one, which says the same but for what a subclass adds. Whoever wraps a
 * handler begins here: one that forgets {@link #isUnwanted} has cancelled runs copied to their end.
 */
public abstract class HandlerAround implements JobHandler {
  private final JobHandler inner;

  /** Around that one. */
  protected HandlerAround(JobHandler inner) {
    this.inner = inner;
  }

  @Override
  public Verdict handle(Delivery delivery) {
    return inner.handle(delivery);
  }

  @Override
  public boolean isUnwanted(RunId run) {
    return inner.isUnwanted(run);
  }

  @Override
  public Verdict answerUnwanted(List<Delivery> deliveries) {
    return inner.answerUnwanted(deliveries);
  }
}
