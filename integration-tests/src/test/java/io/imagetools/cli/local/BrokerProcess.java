package io.imagetools.cli.local;

import io.imagetools.cli.local.BrokerProperties.Additions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** A broker as a process of its own, which a test may kill, freeze, and start again on its data. */
public final class BrokerProcess {
  /** What it prints when it serves. */
  public static final String SERVES = "SERVES";

  private BrokerProcess() {}

  /**
   * Folder, port, port of the controller, further properties as KEY=VALUE. Ends when it is killed.
   */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    Map<String, String> properties =
        Arrays.stream(arguments)
            .skip(3)
            .map(property -> property.split("=", 2))
            .collect(Collectors.toMap(property -> property[0], property -> property[1]));
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Path.of(arguments[0]),
            port,
            Integer.parseInt(arguments[2]),
            new Additions(properties, List.of()));
    System.out.println(SERVES);
    new CountDownLatch(1).await();
    broker.close();
  }
}
