package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.ProgramRunner;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of this process. What counts, first to last: the one given for the destination
 * (DOCKER_USERNAME and DOCKER_PASSWORD, or what was typed), then files: REGISTRY_AUTH_FILE, {@code
 * ${XDG_RUNTIME_DIR}/containers/auth.json}, {@code ~/.config/containers/auth.json}, {@code
 * config.json} in DOCKER_CONFIG or {@code ~/.docker}. Within a file: {@code credHelpers}, then
 * {@code auths}, then {@code credsStore}. Files are read once; helpers are asked again after a
 * while, since what they give out expires. Thread-safe.
 */
public final class Credentials implements CredentialLookup, AuthFileSource {

  /** How long the answer of a helper is used. */
  static final Duration HELPER_ANSWER_LASTS = Duration.ofMinutes(5);

  /** Where a credential is from that two variables give. */
  private static final String VARIABLES = "DOCKER_USERNAME and DOCKER_PASSWORD";

  private final Map<Registry, Credential> given;
  private final List<AuthFile> files;
  private final CredentialProgram helper;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Question, HelperAnswer> answers = new HashMap<>();

  private record Question(String helper, Registry registry) {}

  private record HelperAnswer(Optional<Credential> credential, Instant until) {}

  private Credentials(
      Map<Registry, Credential> given,
      List<AuthFile> files,
      CredentialProgram helper,
      Clock clock) {
    this.given = Map.copyOf(given);
    this.files = List.copyOf(files);
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
    return new Credentials(given, files, new CredentialProgram(environment, runner), clock);
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

  /** These, and one more for a registry; it counts before all others. */
  public Credentials with(Registry registry, Credential credential) {
    Map<Registry, Credential> more = new HashMap<>(given);
    more.put(registry, credential);
    return new Credentials(more, files, helper, clock);
  }

  @Override
  public Optional<Credential> find(Registry registry) throws MirrorFailure, InterruptedException {
    for (Map.Entry<Registry, Credential> entry : given.entrySet()) {
      if (RegistryKeys.reduced(entry.getKey()).equals(RegistryKeys.reduced(registry))) {
        return Optional.of(entry.getValue());
      }
    }
    for (AuthFile file : files) {
      Optional<Credential> found = find(file, registry);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Credential> find(AuthFile file, Registry registry)
      throws MirrorFailure, InterruptedException {
    Optional<String> name = file.helper(registry);
    return name.isPresent() ? askHelper(name.get(), registry, file.path()) : file.written(registry);
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
  public Optional<String> authFile(Set<Registry> registries)
      throws MirrorFailure, InterruptedException {
    AuthFileText text = new AuthFileText();
    for (Registry registry : registries) {
      find(registry).ifPresent(credential -> text.add(registry, credential));
    }
    return text.text();
  }

  @Override
  public String toString() {
    return "credentials given for " + given.keySet() + " and in " + files.size() + " files";
  }
}
