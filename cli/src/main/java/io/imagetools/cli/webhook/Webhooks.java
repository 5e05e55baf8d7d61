package io.imagetools.cli.webhook;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a webhook, one thing after the other, and tries again what can pass by itself: no
 * connection, no answer, and the statuses 408, 425, 429 and 5xx. Thread-safe.
 *
 * <p>At least once: who starts again tells again. After a notice was given up the next one gets one
 * attempt only; if that has no answer, all that wait are given up with it, since a receiver that is
 * silent would take 20 s for each of them, and the ends of runs wait behind.
 */
public final class Webhooks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

  /** With waits of 1, 2, 4, 8, 16, 32 and 60 s: two minutes, which a restart of a service takes. */
  static final int ATTEMPTS = 8;

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** Of a record each, 10 MB at most; beyond, notices are dropped and counted. */
  static final int MOST_WAITING = 10_000;

  /**
   * For the end of a run, whose thread is wanted by the next one. Above what all attempts of a
   * notice take if none is answered, and the one of the next: 5 minutes.
   */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(6);

  /** What is on its way at the end gets that long. */
  private static final Duration LAST_NOTICES = Duration.ofSeconds(10);

  private final WebhookTarget target;
  private final Duration firstPause;
  private final Duration longestWait;
  private final BlockingQueue<Notice> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final AtomicLong dropped = new AtomicLong();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread created = new Thread(work, "webhooks");
            created.setDaemon(true);
            return created;
          });

  /** Whether the last notice was given up. Used by the thread only. */
  private boolean ill;

  /** Whether the last attempt had no answer. Used by the thread only. */
  private boolean silent;

  /**
   * Tells that address from now on.
   *
   * @param secret signs each request; not kept elsewhere
   * @param environment its proxies and authorities count, as for registries
   * @throws io.imagetools.common.process.EnvironmentException if these can't be used
   */
  public Webhooks(URI address, byte[] secret, Clock clock, Map<String, String> environment) {
    this(new WebhookTarget(address, secret, clock, environment), FIRST_PAUSE, LONGEST_WAIT);
  }

  Webhooks(WebhookTarget target, Duration firstPause, Duration longestWait) {
    this.target = target;
    this.firstPause = firstPause;
    this.longestWait = longestWait;
    thread.execute(this::tellAll);
    LOG.info("Ends of runs and failures of images are told to {}", target);
  }

  /** Tells it when its turn comes. Returns at once; says in the log if too much waits already. */
  public void tell(String id, String type, byte[] body) {
    put(id, type, body);
  }

  /**
   * Tells it, and returns when it was taken or given up; what was told before it is settled then,
   * too. A receiver that is slow is waited for some minutes: then it is still told in its turn.
   *
   * @throws InterruptedException if the thread was interrupted: it may or may not have been told
   */
  public void tellAndWait(String id, String type, byte[] body) throws InterruptedException {
    Notice notice = put(id, type, body);
    if (notice != null && !notice.settled().await(longestWait.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn(
          "{} was not told to {} within {} s: nothing waits for that any more, and it is told when its turn comes",
          id,
          target,
          longestWait.toSeconds());
    }
  }

  private @Nullable Notice put(String id, String type, byte[] body) {
    Notice notice =
        new Notice(id, type, new String(body, StandardCharsets.UTF_8), new CountDownLatch(1));
    if (waiting.offer(notice)) {
      return notice;
    }
    long count = dropped.incrementAndGet();
    if (Long.bitCount(count) == 1) { // the 1st, 2nd, 4th, 8th … is said
      LOG.error(
          "{} notices wait for {} already: {} is not told, the {}. one. The run's report has it",
          MOST_WAITING,
          target,
          id,
          count);
    }
    return null;
  }

  private void tellAll() {
    try {
      while (true) {
        Notice notice = waiting.poll(200, TimeUnit.MILLISECONDS);
        if (notice != null) {
          tell(notice);
          notice.settled().countDown();
        } else if (stopping()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed, and out of time
    }
  }

  private boolean stopping() {
    return stop.getCount() == 0;
  }

  private void tell(Notice notice) throws InterruptedException {
    int allowed = ill ? 1 : ATTEMPTS;
    Duration pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      String trouble = trouble(notice);
      if (trouble == null) {
        ill = false;
        return;
      }
      if (attempt >= allowed || stopping()) {
        giveUp(notice, trouble, attempt);
        return;
      }
      LOG.warn(
          "{} was not told to {}: {}; attempt {} of {} in {} s",
          notice.id(),
          target,
          trouble,
          attempt + 1,
          allowed,
          Math.max(1, pause.toSeconds()));
      boolean unused = stop.await(pause.toMillis(), TimeUnit.MILLISECONDS);
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  private void giveUp(Notice notice, String trouble, int attempts) {
    LOG.error(
        "{} was not told to {}: {}; given up after {} attempts. The run's report has it",
        notice.id(),
        target,
        trouble,
        attempts);
    if (ill && silent) { // it was not for that one notice, and takes its time for each
      giveUpWaiting();
    }
    ill = true;
  }

  private void giveUpWaiting() {
    List<Notice> behind = new ArrayList<>();
    waiting.drainTo(behind);
    if (!behind.isEmpty()) {
      LOG.error(
          "{} notices that waited behind it are given up too, from {} to {}. Their runs'"
              + " reports have them",
          behind.size(),
          behind.get(0).id(),
          behind.get(behind.size() - 1).id());
    }
    behind.forEach(notice -> notice.settled().countDown());
  }

  /** What another attempt could mend; null: it was taken, or refused for good. */
  private @Nullable String trouble(Notice notice) throws InterruptedException {
    int status;
    silent = true;
    try {
      status = target.tell(notice);
      silent = false;
    } catch (IOException e) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    } catch (RuntimeException e) { // nothing that it may be must end the thread
      return e.toString();
    }
    if (status >= 200 && status < 300) {
      return null;
    }
    if (status >= 500 || status == 408 || status == 425 || status == 429) {
      return "it answered " + status;
    }
    LOG.error("{} refused {} for good: it answered {}", target, notice.id(), status);
    return null;
  }

  /** What waits gets some seconds. */
  @Override
  public void close() {
    stop.countDown();
    thread.shutdown();
    try {
      if (!thread.awaitTermination(LAST_NOTICES.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
        LOG.warn("{} notices were not told to {}", waiting.size() + 1, target);
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
