package io.imagetools.cli.role;

import io.imagetools.cli.terminal.LoginPrompt;
import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.Credentials;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryAccess;
import io.imagetools.worker.registry.RegistryClient;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
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
   * Asks the registries of these whether they let us in: each once with every login that is used
   * there.
   *
   * @return the credentials, with those that were typed in
   * @throws EnvironmentException if one is missing or wrong
   */
  Credentials passed(Credentials credentials, Set<LoginTarget> destinations)
      throws InterruptedException {
    Credentials known = credentials;
    for (Map.Entry<Login, LoginTarget> one : oneOfEach(credentials, destinations).entrySet()) {
      Login login = one.getKey();
      LoginTarget destination = one.getValue();
      if (!isSettled(login, destination, known)) {
        known = known.with(login.registry(), ask(destination));
        if (!isSettled(login, destination, known)) {
          throw missing(destination);
        }
      }
    }
    return known;
  }

  /** What is found to log in with before anybody is asked; empty: nothing. */
  private record Login(Registry registry, Optional<Credential> credential) {}

  /** Each login with the first destination that it is used for. */
  private static Map<Login, LoginTarget> oneOfEach(
      Credentials credentials, Set<LoginTarget> destinations) throws InterruptedException {
    Map<Login, LoginTarget> chosen = new LinkedHashMap<>();
    Set<Registry> failed = new HashSet<>();
    for (LoginTarget destination : destinations) {
      Registry registry = destination.registry();
      if (chosen.size() == MOST_ASKED) {
        break;
      }
      if (failed.contains(registry)) {
        continue; // A helper that is broken is not started for each image of a list.
      }
      Optional<Credential> credential = Optional.empty();
      try {
        credential = credentials.find(destination);
      } catch (MirrorFailure e) {
        LOG.debug("The question to {} will say it again", registry, e);
        failed.add(registry);
      }
      chosen.putIfAbsent(new Login(registry, credential), destination);
    }
    return chosen;
  }

  /** False: a login is wanted, and there is none. */
  private boolean isSettled(Login login, LoginTarget destination, Credentials credentials)
      throws InterruptedException {
    Registry registry = login.registry();
    RegistryAccess access;
    try (RegistryClient client =
        new RegistryClient(credentials, insecure, setup.environment(), Clock.systemUTC())) {
      access = client.access(destination);
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
      case CREDENTIALS_WRONG -> refused(login);
    };
  }

  /** A login for a part of a registry may be one that opens nothing else, not even its door. */
  private static boolean refused(Login login) {
    Credential credential = login.credential().filter(one -> one.part() != null).orElse(null);
    if (credential == null) {
      throw wrong(login.registry());
    }
    LOG.warn(
        "The destination {} does not accept {}, or not for the registry as a whole. The images"
            + " there are tried all the same",
        login.registry(),
        credential);
    return true;
  }

  private Credential ask(LoginTarget destination) throws InterruptedException {
    Optional<LoginPrompt.Login> typed =
        prompt == null ? Optional.empty() : prompt.ask(destination.registry().toString());
    LoginPrompt.Login login = typed.orElseThrow(() -> missing(destination));
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

  private static EnvironmentException missing(LoginTarget destination) {
    Registry registry = destination.registry();
    return new EnvironmentException(
        "The destination "
            + registry
            + " wants a login, and there is none for "
            + (destination.path().isEmpty() ? "it" : destination)
            + ". Set DOCKER_USERNAME and DOCKER_PASSWORD"
            + " (they are for the registry of -d or DOCKER_REGISTRY), or run 'skopeo login "
            + registry
            + "'. Nothing was mirrored.");
  }
}
