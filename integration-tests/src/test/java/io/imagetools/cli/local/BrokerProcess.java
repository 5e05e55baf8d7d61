package io.imagetools.cli.local;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker as a process of its own, which a test may kill, freeze, and start again on its data. */
public final class BrokerProcess {
  /** What it prints when it serves. */
  public static final String SERVES = "SERVES";

  private BrokerProcess() {}

  /** Folder, port, port of the controller. Ends when it is killed. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    EmbeddedBroker broker =
        EmbeddedBroker.start(Path.of(arguments[0]), port, Integer.parseInt(arguments[2]));
    System.out.println(SERVES);
    new CountDownLatch(1).await();
    broker.close();
  }
}
