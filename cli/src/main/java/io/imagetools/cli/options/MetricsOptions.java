package io.imagetools.cli.options;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether others may look at this process. */
public final class MetricsOptions {

  @Option(
      names = "--metrics-port",
      paramLabel = "PORT",
      converter = PortConverter.class,
      description =
          "Answers /metrics (Prometheus), /livez and /readyz on that port, usually 9400; 0: any that"
              + " is free. Default: none is opened.")
  private @Nullable Integer port;

  /** Empty: none. */
  public OptionalInt port() {
    return port == null ? OptionalInt.empty() : OptionalInt.of(port);
  }
}
