package io.imagetools.common.kafka;

import io.imagetools.common.process.EnvironmentException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Turns what a Kafka client throws into a sentence with a remedy. The one place that does so. */
public final class BrokerAnswer {

  private BrokerAnswer() {}

  /**
   * What to tell the user.
   *
   * @param tried "create the topic x": what was tried
   * @param cause what the client threw
   */
  public static EnvironmentException refused(String tried, @Nullable Throwable cause) {
    String problem = "Tried to " + tried + ", but ";
    if (cause instanceof AuthenticationException) {
      return new EnvironmentException(
          problem
              + "the broker does not accept the login: "
              + cause.getMessage()
              + ". Look at the security properties in the file of --command-config.",
          cause);
    }
    if (cause instanceof AuthorizationException) {
      return new EnvironmentException(
          problem
              + "this account may not: "
              + cause.getMessage()
              + " Ask for that right, or let somebody create it who has it.",
          cause);
    }
    if (cause instanceof TimeoutException) {
      return new EnvironmentException(
          problem
              + "no broker answered in time ("
              + cause.getMessage()
              + "). Check --bootstrap-server, the network, and whether the cluster is up; a cluster"
              + " with TLS or a login needs --command-config.",
          cause);
    }
    String said = cause == null ? "no reason was given" : String.valueOf(cause.getMessage());
    return new EnvironmentException(problem + "the broker answered: " + said, cause);
  }
}
