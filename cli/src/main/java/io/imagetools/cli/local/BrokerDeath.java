package io.imagetools.cli.local;

import io.imagetools.common.process.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker that can't go on, as on a full disk, halts its process at once and without a word. Here
 * the process is ours: it says what happened and ends as on a signal, so that programs are stopped
 * and the failed list is right. Thread-safe.
 */
final class BrokerDeath {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerDeath.class);

  /** Below that, a broker that dies dies of it. */
  private static final long NO_ROOM = 1 << 20;

  private final Path dataFolder;
  private final AtomicBoolean told = new AtomicBoolean();

  private BrokerDeath(Path dataFolder) {
    this.dataFolder = dataFolder;
  }

  /** From now on; there is one broker a process, and the last one holds. */
  static void expectIn(Path dataFolder) {
    BrokerDeath death = new BrokerDeath(dataFolder);
    Exit.setHaltProcedure((status, message) -> death.happened(message));
    Exit.setExitProcedure((status, message) -> death.happened(message));
  }

  private void happened(@Nullable String message) {
    if (told.compareAndSet(false, true)) {
      LOG.error(
          "The broker in this process can't go on: {} The run ends here; the failed list holds what"
              + " is not mirrored: feed it back.",
          why(message));
      // Not on this thread: the end waits for the broker, and the broker for its thread.
      new Thread(() -> Runtime.getRuntime().exit(ExitCode.ENVIRONMENT.status()), "broker-death")
          .start();
    }
    throw new IllegalStateException("the broker gave up: " + why(message));
  }

  private String why(@Nullable String message) {
    long room = Long.MAX_VALUE;
    try {
      room = Files.getFileStore(dataFolder).getUsableSpace();
    } catch (IOException e) {
      LOG.debug("Could not ask how much room there is.", e);
    }
    if (room < NO_ROOM) {
      return "there is no room left in "
          + dataFolder.getParent()
          + ". Make room there, or set TMPDIR to another folder.";
    }
    return (message == null ? "it does not say why" : message) + ". --debug shows its own words.";
  }
}
