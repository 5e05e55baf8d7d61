package io.imagetools.common.kafka;

import io.imagetools.common.process.EnvironmentException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/** Turns what a Kafka client throws into a sentence with a remedy. The one place that does so. */
public final class BrokerAnswer {

  /** A chain of causes may be a circle. */
  private static final int DEEPEST = 16;

  /**
   * A client without TLS takes a TLS alert for the length of an answer, 336 MB, and dies of it
   * where the heap is small (KAFKA-4090).
   */
  private static final String CLIENT_DIED = "thread has exited";

  private BrokerAnswer() {}

  /**
   * What to tell the user.
   *
   * @param tried "create the topic x": what was tried
   * @param cause what the client threw, with whatever is wrapped around it
   * @param needed the rights that it takes, in case that they are missing
   */
  public static EnvironmentException refused(
      String tried, @Nullable Throwable cause, Right... needed) {
    return new EnvironmentException(
        "Tried to " + tried + ", but " + problem(cause, List.of(needed)), cause);
  }

  /**
   * The rights that an account lacks, and how it gets them.
   *
   * @param missing at least one
   */
  public static String needs(List<Right> missing) {
    return "This account " + needing(missing) + ". " + remedy(missing);
  }

  /**
   * The same as a few words within a log line, for what is tried again.
   *
   * @param needed the rights that it takes, in case that they are missing
   */
  public static String briefly(Throwable problem, Right... needed) {
    AuthorizationException refusal = find(problem, AuthorizationException.class);
    if (refusal != null) {
      return "this account " + needing(refusal, List.of(needed));
    }
    Throwable deepest = deepest(problem);
    return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
  }

  private static String problem(@Nullable Throwable cause, List<Right> needed) {
    SslAuthenticationException tls = find(cause, SslAuthenticationException.class);
    if (tls != null) {
      return handshake(tls);
    }
    AuthenticationException login = find(cause, AuthenticationException.class);
    if (login != null) {
      return "the broker does not accept the login: "
          + login.getMessage()
          + ". Look at the security properties in the file of --command-config.";
    }
    AuthorizationException refusal = find(cause, AuthorizationException.class);
    if (refusal != null) {
      return "this account " + needing(refusal, needed) + ". " + remedy(needed);
    }
    TimeoutException silence = find(cause, TimeoutException.class);
    if (silence != null && String.valueOf(silence.getMessage()).contains(CLIENT_DIED)) {
      return "what answered does not speak as this client does. Most likely that port wants TLS: set"
          + " security.protocol=SASL_SSL (or SSL) in the file of --command-config.";
    }
    if (silence != null) {
      return "no broker answered in time ("
          + silence.getMessage()
          + "). Check --bootstrap-server, the network, and whether the cluster is up; a cluster"
          + " with TLS or a login needs --command-config.";
    }
    return "the broker answered: "
        + (cause == null ? "no reason was given" : String.valueOf(cause.getMessage()))
        + " (its own log says more)";
  }

  private static String handshake(SslAuthenticationException problem) {
    String said = deepest(problem).getMessage();
    if (find(problem, CertPathBuilderException.class) != null) {
      return "the broker's certificate is not trusted here ("
          + said
          + "). In the file of --command-config, set ssl.truststore.location to the certificate of"
          + " the CA that signed it, with ssl.truststore.type=PEM.";
    }
    if (find(problem, CertificateException.class) != null) {
      return "the broker's certificate is not acceptable ("
          + said
          + "). Use a name in --bootstrap-server, and in the broker's advertised.listeners, that"
          + " stands in the certificate.";
    }
    return "TLS could not be agreed on with the broker ("
        + said
        + "). Look at security.protocol and the ssl.* properties in the file of"
        + " --command-config.";
  }

  private static String needing(AuthorizationException refusal, List<Right> needed) {
    if (!needed.isEmpty()) {
      return needing(needed);
    }
    if (refusal instanceof TopicAuthorizationException topic
        && !topic.unauthorizedTopics().isEmpty()) {
      return "needs more rights on the topic " + String.join(", ", topic.unauthorizedTopics());
    }
    if (refusal instanceof GroupAuthorizationException group && group.groupId() != null) {
      return "needs more rights on the group " + group.groupId();
    }
    return "may not do that: " + refusal.getMessage();
  }

  private static String needing(List<Right> rights) {
    return "needs " + rights.stream().map(Right::toString).collect(Collectors.joining(" and "));
  }

  private static String remedy(List<Right> rights) {
    if (rights.isEmpty()) {
      return "An admin of the cluster gives rights with kafka-acls.sh.";
    }
    return "An admin of the cluster gives it: "
        + rights.stream()
            .map(
                right ->
                    "'kafka-acls.sh --bootstrap-server … --add --allow-principal User:… "
                        + right.options()
                        + "'")
            .collect(Collectors.joining(" and "))
        + ".";
  }

  private static <T extends Throwable> @Nullable T find(@Nullable Throwable thrown, Class<T> type) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static Throwable deepest(Throwable thrown) {
    Throwable deepest = thrown;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Throwable cause = deepest.getCause();
      if (cause == null) {
        break;
      }
      deepest = cause;
    }
    return deepest;
  }
}
