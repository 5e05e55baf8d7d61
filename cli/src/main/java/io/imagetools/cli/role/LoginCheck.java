package io.imagetools.cli.role;

import io.imagetools.cli.terminal.LoginPrompt;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.Credentials;
import io.imagetools.worker.registry.RegistryAccess;
import io.imagetools.worker.registry.RegistryClient;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether one gets into a destination is found out once, before a thousand jobs find out. */
final class LoginCheck {
  private static final Logger LOG = LoggerFactory.getLogger(LoginCheck.class);

  /** A list with more destinations than this is no list that one login is forgotten for. */
  private static final int MOST_ASKED = 10;

  private final WorkerSetup setup;
  private final Set<Registry> insecure;
  private final @Nullable LoginPrompt prompt;

  LoginCheck(WorkerSetup setup, Set<Registry> insecure, @Nullable LoginPrompt prompt) {
    this.setup = setup;
    this.insecure = insecure;
    this.prompt = prompt;
  }

  /**
   * Asks each of these registries whether it lets us in.
   *
   * @return the credentials, with those that were typed in
   * @throws EnvironmentException if one is missing or wrong
   */
  Credentials passed(Credentials credentials, Set<Registry> destinations)
      throws InterruptedException {
    Credentials known = credentials;
    for (Registry registry : destinations.stream().limit(MOST_ASKED).toList()) {
      if (!isSettled(registry, known)) {
        known = known.with(registry, ask(registry));
        if (!isSettled(registry, known)) {
          throw missing(registry);
        }
      }
    }
    return known;
  }

  /** False: a login is wanted, and there is none. */
  private boolean isSettled(Registry registry, Credentials credentials)
      throws InterruptedException {
    RegistryAccess access;
    try (RegistryClient client =
        new RegistryClient(credentials, insecure, setup.environment(), Clock.systemUTC())) {
      access = client.access(registry);
    }
    if (access instanceof RegistryAccess.Unreachable unreachable) {
      if (unreachable.kind() == FailureKind.UNTRUSTED) {
        throw new EnvironmentException(
            unreachable.sentence() + ". " + unreachable.kind().remedy() + " Nothing was mirrored.");
      }
      LOG.warn(
          "The destination {} can't be used now: {}. Its images are tried all the same",
          registry,
          unreachable.sentence());
      return true;
    }
    return switch ((RegistryAccess.Known) access) {
      case OPEN, CREDENTIALS_ACCEPTED -> true;
      case CREDENTIALS_MISSING -> false;
      case CREDENTIALS_WRONG -> throw wrong(registry);
    };
  }

  private Credential ask(Registry registry) throws InterruptedException {
    Optional<LoginPrompt.Login> typed =
        prompt == null ? Optional.empty() : prompt.ask(registry.toString());
    LoginPrompt.Login login = typed.orElseThrow(() -> missing(registry));
    return Credential.password(login.username(), login.password(), "the terminal");
  }

  private static EnvironmentException wrong(Registry registry) {
    return new EnvironmentException(
        "The destination "
            + registry
            + " does not accept the user name and password there are for it. Correct"
            + " DOCKER_USERNAME and DOCKER_PASSWORD, or log in again with 'skopeo login "
            + registry
            + "'. Nothing was mirrored.");
  }

  private static EnvironmentException missing(Registry registry) {
    return new EnvironmentException(
        "The destination "
            + registry
            + " wants a login, and there is none for it. Set DOCKER_USERNAME and DOCKER_PASSWORD"
            + " (they are for the registry of -d or DOCKER_REGISTRY), or run 'skopeo login "
            + registry
            + "'. Nothing was mirrored.");
  }
}
