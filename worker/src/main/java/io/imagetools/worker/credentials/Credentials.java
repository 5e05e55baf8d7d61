package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.ProgramRunner;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of this process. What counts, first to last: the one given for the destination
 * (DOCKER_USERNAME and DOCKER_PASSWORD), then files: REGISTRY_AUTH_FILE, {@code
 * ${XDG_RUNTIME_DIR}/containers/auth.json}, {@code ~/.config/containers/auth.json}, {@code
 * config.json} in DOCKER_CONFIG or {@code ~/.docker}, then what was typed because nothing else was
 * there. Within a file: {@code credHelpers}, then {@code auths} with the longest path first, then
 * {@code credsStore}. Files are read once; helpers are asked again after a while, since what they
 * give out expires. Thread-safe.
 */
public final class Credentials implements CredentialLookup, AuthFileSource {

  /** How long the answer of a helper is used. */
  static final Duration HELPER_ANSWER_LASTS = Duration.ofMinutes(5);

  /** Where a credential is from that two variables give. */
  private static final String VARIABLES = "DOCKER_USERNAME and DOCKER_PASSWORD";

  private final Map<Registry, Credential> given;
  private final List<AuthFile> files;
  private final Map<Registry, Credential> typed;
  private final CredentialProgram helper;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Question, HelperAnswer> answers = new HashMap<>();

  private record Question(String helper, Registry registry) {}

  private record HelperAnswer(Optional<Credential> credential, Instant until) {}

  private Credentials(
      Map<Registry, Credential> given,
      List<AuthFile> files,
      Map<Registry, Credential> typed,
      CredentialProgram helper,
      Clock clock) {
    this.given = Map.copyOf(given);
    this.files = List.copyOf(files);
    this.typed = Map.copyOf(typed);
    this.helper = helper;
    this.clock = clock;
  }

  /**
   * What the environment of this process has.
   *
   * @param environment its variables
   * @param destination the one registry that DOCKER_USERNAME and DOCKER_PASSWORD are for; null if
   *     there is none such, then they are not used
   * @param runner runs credential helpers; not closed here
   * @param clock tells when a helper's answer is too old
   * @throws EnvironmentException if a file is there and can't be used, or one of the two variables
   *     is missing; the message names it
   */
  public static Credentials load(
      Map<String, String> environment,
      @Nullable Registry destination,
      ProgramRunner runner,
      Clock clock) {
    return load(environment, destination, runner, clock, new AuthFilePlaces(environment));
  }

  static Credentials load(
      Map<String, String> environment,
      @Nullable Registry destination,
      ProgramRunner runner,
      Clock clock,
      AuthFilePlaces places) {
    Map<Registry, Credential> given = new HashMap<>();
    Optional<Credential> variables = variables(environment);
    if (destination != null && variables.isPresent()) {
      given.put(destination, variables.get());
    }
    List<AuthFile> files = places.existing().stream().map(AuthFileReader::read).toList();
    return new Credentials(
        given, files, Map.of(), new CredentialProgram(environment, runner), clock);
  }

  private static Optional<Credential> variables(Map<String, String> environment) {
    String username = environment.getOrDefault("DOCKER_USERNAME", "");
    String password = environment.getOrDefault("DOCKER_PASSWORD", "");
    if (username.isEmpty() != password.isEmpty()) {
      throw new EnvironmentException(
          username.isEmpty()
              ? "DOCKER_PASSWORD is set and DOCKER_USERNAME is not: set both, or none."
              : "DOCKER_USERNAME is set and DOCKER_PASSWORD is not: set both, or none.");
    }
    return username.isEmpty()
        ? Optional.empty()
        : Optional.of(Credential.password(username, password, VARIABLES));
  }

  /** These, and one more for what of a registry there is none for. */
  public Credentials with(Registry registry, Credential credential) {
    Map<Registry, Credential> more = new HashMap<>(typed);
    more.put(registry, credential);
    return new Credentials(given, files, more, helper, clock);
  }

  @Override
  public Optional<Credential> find(LoginTarget target) throws MirrorFailure, InterruptedException {
    Optional<Credential> found = ofRegistry(given, target.registry());
    for (AuthFile file : files) {
      if (found.isPresent()) {
        return found;
      }
      found = find(file, target);
    }
    return found.isPresent() ? found : ofRegistry(typed, target.registry());
  }

  private static Optional<Credential> ofRegistry(
      Map<Registry, Credential> credentials, Registry registry) {
    return credentials.entrySet().stream()
        .filter(
            entry -> RegistryKeys.reduced(entry.getKey()).equals(RegistryKeys.reduced(registry)))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private Optional<Credential> find(AuthFile file, LoginTarget target)
      throws MirrorFailure, InterruptedException {
    Optional<String> name = file.helper(target);
    return name.isPresent()
        ? askHelper(name.get(), target.registry(), file.path())
        : file.written(target);
  }

  /** One question at a time: a store that asks for a password should do so once. */
  private Optional<Credential> askHelper(String name, Registry registry, Path namedBy)
      throws MirrorFailure, InterruptedException {
    Question question = new Question(name, registry);
    lock.lockInterruptibly();
    try {
      HelperAnswer known = answers.get(question);
      if (known != null && clock.instant().isBefore(known.until())) {
        return known.credential();
      }
      Optional<Credential> fresh = helper.get(name, registry, namedBy);
      Instant until = clock.instant().plus(HELPER_ANSWER_LASTS);
      answers.put(question, new HelperAnswer(fresh, until));
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<String> authFile(Set<Repository> repositories)
      throws MirrorFailure, InterruptedException {
    Map<Registry, Map<Repository, Optional<Credential>>> found = new LinkedHashMap<>();
    for (Repository repository : repositories) {
      found
          .computeIfAbsent(repository.registry(), registry -> new LinkedHashMap<>())
          .put(repository, find(LoginTarget.of(repository)));
    }
    AuthFileText text = new AuthFileText();
    found.forEach((registry, logins) -> add(text, registry, logins));
    return text.text();
  }

  /** No host where logins differ: it would be a login for the repository that has none. */
  private static void add(
      AuthFileText text, Registry registry, Map<Repository, Optional<Credential>> logins) {
    Set<Optional<Credential>> different = Set.copyOf(logins.values());
    if (different.size() == 1) {
      different.iterator().next().ifPresent(credential -> text.add(registry, credential));
    } else {
      logins.forEach(
          (repository, login) -> login.ifPresent(credential -> text.add(repository, credential)));
    }
  }

  @Override
  public String toString() {
    return "credentials given for "
        + given.keySet()
        + ", typed for "
        + typed.keySet()
        + " and in "
        + files.size()
        + " files";
  }
}
