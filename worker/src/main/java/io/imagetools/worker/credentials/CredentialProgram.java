package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.EndedBy;
import io.imagetools.worker.program.LineFilter;
import io.imagetools.worker.program.ProgramCall;
import io.imagetools.worker.program.ProgramResult;
import io.imagetools.worker.program.ProgramRunner;
import io.imagetools.worker.program.TemporaryFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a program {@code docker-credential-NAME} for a credential (the protocol of
 * docker-credential-helpers: {@code get}, the registry on standard input, JSON on standard output).
 */
final class CredentialProgram {

  /** Some ask a cloud for a token first. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String PREFIX = "docker-credential-";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Map<String, String> environment;
  private final ProgramRunner runner;

  /** Helpers get the whole environment, for clouds' own variables, but not our own secrets. */
  CredentialProgram(Map<String, String> environment, ProgramRunner runner) {
    this.environment = new HashMap<>(environment);
    this.environment.keySet().removeAll(List.of("DOCKER_USERNAME", "DOCKER_PASSWORD"));
    this.runner = runner;
  }

  /** Asks; empty if the helper has none for the registry. */
  Optional<Credential> get(String name, Registry registry, Path namedBy)
      throws MirrorFailure, InterruptedException {
    String program = PREFIX + name;
    Path file = find(program).orElseThrow(() -> notFound(program, registry, namedBy));
    ProgramResult result = run(file, registry);
    if (result.succeeded()) {
      return parse(result.standardOutput(), registry, program);
    }
    if (hasNone(result)) {
      return Optional.empty();
    }
    if (result.endedBy() == EndedBy.CLOSED) {
      throw new InterruptedException("closed while " + program + " was asked");
    }
    boolean slow = result.endedBy() == EndedBy.WALL_LIMIT;
    throw failure(
        slow ? FailureKind.TIMEOUT : FailureKind.UNAUTHORIZED,
        registry,
        slow
            ? program + " did not answer within " + LIMIT.toSeconds() + " s"
            : program + " ended with status " + result.exitStatus() + lastWords(result),
        null);
  }

  /** The words for "I have none" are part of the protocol: there is no status of its own for it. */
  private static boolean hasNone(ProgramResult result) {
    String said = (result.standardOutput() + result.standardError()).toLowerCase(Locale.ROOT);
    return result.endedBy() == EndedBy.EXIT && said.contains("credentials not found");
  }

  private static String lastWords(ProgramResult result) {
    // Never its standard output: that is where secrets are.
    String text = result.standardError().replaceAll("\\p{Cntrl}+", " ").strip();
    return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), 200));
  }

  private ProgramResult run(Path program, Registry registry)
      throws MirrorFailure, InterruptedException {
    Path question = null;
    try {
      question = Files.createTempFile(TemporaryFiles.prefix(), ".registry");
      Files.writeString(question, RegistryKeys.helperKey(registry) + "\n");
      List<String> argv = List.of(program.toString(), "get");
      return runner.run(
          new ProgramCall(argv, environment, question, true, LIMIT, LIMIT, LineFilter.KEEP));
    } catch (IOException e) {
      throw failure(
          FailureKind.WORKER_RESOURCES, registry, program + " can't be run: " + e.getMessage(), e);
    } finally {
      delete(question);
    }
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      file.toFile().delete();
    }
  }

  private static Optional<Credential> parse(String output, Registry registry, String program)
      throws MirrorFailure {
    JsonNode json;
    try {
      json = MAPPER.readTree(output);
    } catch (JacksonException e) {
      throw failure(FailureKind.UNAUTHORIZED, registry, program + " did not answer in JSON", null);
    }
    String username = json.path("Username").asString("");
    String secret = json.path("Secret").asString("");
    if (secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        username.equals(Credential.TOKEN_USER)
            ? Credential.identityToken(username, secret, program)
            : Credential.password(username, secret, program));
  }

  private Optional<Path> find(String program) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty() && folder.indexOf('\0') < 0)
        .map(folder -> Path.of(folder).resolve(program))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private static MirrorFailure notFound(String program, Registry registry, Path namedBy) {
    return failure(
        FailureKind.UNAUTHORIZED,
        registry,
        program
            + ", which "
            + namedBy
            + " names, is not on the PATH: install it, or remove it there",
        null);
  }

  private static MirrorFailure failure(
      FailureKind kind, Registry registry, String what, @Nullable Throwable cause) {
    return new MirrorFailure(
        kind,
        "Tried to find the credential for " + registry + " but " + what,
        registry,
        List.of(),
        null,
        cause);
  }
}
