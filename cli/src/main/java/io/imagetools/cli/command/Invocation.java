package io.imagetools.cli.command;

import io.imagetools.cli.terminal.Streams;
import io.imagetools.cli.tracing.ProcessTracing;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the process was started with, besides its arguments.
 *
 * @param streams standard input, output, error
 * @param environment the environment variables
 */
public record Invocation(Streams streams, Map<String, String> environment) {

  /** Tracing as the environment wants it; closed by the caller. */
  ProcessTracing tracing() {
    return ProcessTracing.of(environment);
  }

  /** A variable's value; null if it is not set or empty. */
  @Nullable String variable(String name) {
    String value = environment.get(name);
    return value == null || value.isEmpty() ? null : value;
  }
}
