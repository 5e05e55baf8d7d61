package io.imagetools.it;

import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.common.kafka.Topics;
import io.imagetools.worker.queue.Delivery;
import io.imagetools.worker.queue.JobHandler;
import io.imagetools.worker.queue.JobQueue;
import io.imagetools.worker.queue.classic.ClassicJobQueue;
import io.imagetools.worker.queue.classic.ClassicSettings;
import io.imagetools.worker.queue.share.ShareJobQueue;
import io.imagetools.worker.queue.share.ShareSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * A worker that a test can kill or freeze: {@link #SLOTS} slots; jobs with the numbers {@link
 * #FIRST_LONG} to {@link #LAST_LONG} take longer than the test, all others no time.
 */
final class QueueProcess {
  static final int SLOTS = 4;
  static final int FIRST_LONG = 9;
  static final int LAST_LONG = FIRST_LONG + SLOTS - 1;

  private QueueProcess() {}

  /** On a share group. */
  static ProgramProcess start(Path folder, KafkaSettings settings, Duration lock) throws Exception {
    return start(folder, settings, QueueMode.SHARE, lock);
  }

  static ProgramProcess start(Path folder, KafkaSettings settings, QueueMode mode, Duration lock)
      throws Exception {
    return ProgramProcess.start(
        folder,
        Map.of(),
        QueueProcess.class.getName(),
        List.of(
            settings.bootstrapServers(),
            settings.topics().prefix(),
            Long.toString(lock.toSeconds()),
            mode.name()));
  }

  /**
   * Bootstrap servers, prefix of the topics, lock (or session) in seconds, mode. Ends when it is
   * killed.
   */
  public static void main(String[] arguments) throws InterruptedException {
    KafkaSettings settings = new KafkaSettings(arguments[0], Map.of(), new Topics(arguments[1]));
    Duration lock = Duration.ofSeconds(Long.parseLong(arguments[2]));
    try (Admin admin = Admin.create(settings.admin("process"));
        JobQueue queue = queue(settings, admin, QueueMode.valueOf(arguments[3]), lock)) {
      queue.start(SLOTS, QueueProcess::perform);
      new CountDownLatch(1).await();
    }
  }

  private static JobQueue queue(
      KafkaSettings settings, Admin admin, QueueMode mode, Duration lock) {
    JobHandler exhausted = delivery -> JobHandler.Verdict.RELEASE;
    return mode == QueueMode.CLASSIC
        ? new ClassicJobQueue(
            settings,
            admin,
            new ClassicSettings(lock, Duration.ofSeconds(1), ClassicSettings.DEFAULT_DELIVERIES),
            exhausted,
            "process")
        : new ShareJobQueue(
            settings,
            admin,
            new ShareSettings(lock, ShareSettings.DEFAULT_IDLE, ShareSettings.DEFAULT_DELIVERIES),
            exhausted,
            "process");
  }

  private static JobHandler.Verdict perform(Delivery delivery) {
    int number = delivery.job().id().number();
    boolean isLong = number >= FIRST_LONG && number <= LAST_LONG;
    System.out.println("BEGUN " + number);
    try {
      if (isLong && !new CountDownLatch(1).await(10, TimeUnit.MINUTES)) {
        System.out.println("TIRED " + number);
      }
      System.out.println("DONE " + number);
      return JobHandler.Verdict.ACKNOWLEDGE;
    } catch (InterruptedException e) {
      System.out.println("INTERRUPTED " + number);
      return JobHandler.Verdict.RELEASE;
    }
  }

  /** The numbers of which it said that word, in order. */
  static List<Integer> said(ProgramProcess process, String word) throws Exception {
    return process
        .out()
        .lines()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> Integer.valueOf(line.substring(word.length() + 1)))
        .sorted()
        .toList();
  }
}
