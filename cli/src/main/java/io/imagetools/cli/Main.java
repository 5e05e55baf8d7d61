package io.imagetools.cli;

import io.imagetools.cli.terminal.Streams;

/** The process: standard streams in, exit status out. */
public final class Main {

  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    Streams streams = Streams.ofProcess(System.getenv());
    int status = new ImageTools(streams, System.getenv()).run(arguments);
    streams.out().flush();
    streams.err().flush();
    System.exit(status);
  }
}
