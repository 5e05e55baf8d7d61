package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.AuthFileSource;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.program.ChildEnvironment;
import io.imagetools.worker.program.EndedBy;
import io.imagetools.worker.program.InstalledProgram;
import io.imagetools.worker.program.LineFilter;
import io.imagetools.worker.program.ProgramCall;
import io.imagetools.worker.program.ProgramResult;
import io.imagetools.worker.program.ProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Each of the things that programs are started for, one method each. Thread-safe. */
final class Copier {

  private static final Logger log = LoggerFactory.getLogger(Copier.class);

  /** Last lines of an output that go with a failure. */
  static final int EVIDENCE_LINES = 10;

  /** On Linux, opening it again gives the very file from its beginning, even after its deletion. */
  private static final String STANDARD_INPUT = "/dev/stdin";

  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

  private final ProgramRunner runner;
  private final SkopeoSettings settings;
  private final AuthFileSource credentials;
  private final SkopeoCommand skopeo;

  Copier(ProgramRunner runner, SkopeoSettings settings, AuthFileSource credentials) {
    this.runner = runner;
    this.settings = settings;
    this.credentials = credentials;
    this.skopeo =
        new SkopeoCommand(settings.skopeo().command(), !hasPolicy(settings.environment()));
  }

  private static boolean hasPolicy(Map<String, String> environment) {
    String home = environment.getOrDefault("HOME", "/");
    return Stream.of(
            Path.of(home, ".config", "containers", "policy.json"),
            Path.of("/etc/containers/policy.json"))
        .anyMatch(Files::exists);
  }

  /** Whether there is a buildx that would make this very index there. */
  boolean canAssemble(ImageIndex index, Registry registry) {
    boolean insecure = settings.insecure().contains(registry);
    InstalledProgram buildx = settings.buildx();
    return buildx != null
        && BuildxCommand.isExact(buildx.version())
        && BuildxCommand.canExpress(index)
        && BuildxCommand.canReach(registry, insecure);
  }

  /** Copies one manifest with its blobs, unchanged. */
  void copyOne(ImageReference source, ImageReference destination, CopyLog listener)
      throws MirrorFailure, InterruptedException {
    copy(source, destination, listener, false);
  }

  /** Copies an index with all that it lists, unchanged; the index last. */
  void copyAll(ImageReference source, ImageReference destination, CopyLog listener)
      throws MirrorFailure, InterruptedException {
    copy(source, destination, listener, true);
  }

  private void copy(
      ImageReference source, ImageReference destination, CopyLog listener, boolean all)
      throws MirrorFailure, InterruptedException {
    withFreshToken(() -> copyNow(source, destination, listener, all));
  }

  private void copyNow(
      ImageReference source, ImageReference destination, CopyLog listener, boolean all)
      throws MirrorFailure, InterruptedException {
    try (Workspace workspace = new Workspace(settings.temporaryFolder())) {
      Login login = login(workspace, repositories(source, destination));
      Access from = login.to(source.registry());
      Access to = login.to(destination.registry());
      List<String> argv =
          all
              ? skopeo.copyAll(source, from, destination, to)
              : skopeo.copyOne(source, from, destination, to);
      run(argv, environment(), login, listener, "copy", source, destination);
    }
  }

  /** One run of a program. */
  @FunctionalInterface
  private interface Run {
    void now() throws MirrorFailure, InterruptedException;
  }

  /**
   * Skopeo does not renew a token that ends before its copy does, and calls that a wrong login. A
   * new process gets a new token, and what was sent is there.
   */
  private static void withFreshToken(Run run) throws MirrorFailure, InterruptedException {
    try {
      run.now();
    } catch (MirrorFailure e) {
      if (e.kind() != FailureKind.UNAUTHORIZED) {
        throw e;
      }
      log.info("{}; once more, with a fresh token.", e.getMessage());
      run.now();
    }
  }

  /** Pushes the very bytes of an index; what it lists must be there. */
  void pushIndex(byte[] index, ImageReference destination)
      throws MirrorFailure, InterruptedException {
    withFreshToken(() -> pushIndexNow(index, destination));
  }

  private void pushIndexNow(byte[] index, ImageReference destination)
      throws MirrorFailure, InterruptedException {
    try (Workspace workspace = new Workspace(settings.temporaryFolder())) {
      Login login = login(workspace, Set.of(destination.repository()));
      workspace.makeFolder("index");
      workspace.write("index/version", "Directory Transport Version: 1.1\n");
      workspace.write("index/manifest.json", index);
      List<String> argv =
          skopeo.pushIndex(
              workspace.folder().resolve("index"), destination, login.to(destination.registry()));
      CopyLog quiet = new CopyLog((number, digest) -> {});
      run(argv, environment(), login, quiet, "push the index of", destination, destination);
    }
  }

  /**
   * Lets buildx make an index and push it; what it lists must be there. It logs in for the
   * destination alone, whose login then stands under the host: buildx reads no other key.
   */
  void assemble(ImageIndex index, ImageReference destination)
      throws MirrorFailure, InterruptedException {
    var buildx = settings.buildx();
    if (buildx == null) {
      throw new IllegalStateException("asked for an index without buildx");
    }
    try (Workspace workspace = new Workspace(settings.temporaryFolder())) {
      Login login = login(workspace, Set.of(destination.repository()));
      Path config = workspace.makeFolder("docker");
      if (login.file() != null) {
        workspace.link(
            config.resolve("config.json"), LINUX ? Path.of(STANDARD_INPUT) : login.file());
      }
      List<Path> descriptors = new ArrayList<>();
      for (Descriptor child : index.children()) {
        descriptors.add(workspace.write(descriptors.size() + ".json", child.bytes()));
      }
      Map<String, String> environment = environment();
      environment.put("DOCKER_CONFIG", config.toString());
      environment.put("BUILDX_CONFIG", workspace.makeFolder("buildx").toString());
      List<String> argv = new BuildxCommand(buildx.command()).create(destination, descriptors);
      run(argv, environment, login, LineFilter.KEEP, "assemble", destination, destination);
    }
  }

  private Map<String, String> environment() {
    return ChildEnvironment.of(settings.environment());
  }

  private static Set<Repository> repositories(ImageReference source, ImageReference destination) {
    return new LinkedHashSet<>(List.of(source.repository(), destination.repository()));
  }

  private Login login(Workspace workspace, Set<Repository> repositories)
      throws MirrorFailure, InterruptedException {
    Optional<String> text = credentials.authFile(repositories);
    return new Login(text.isEmpty() ? null : workspace.write("auth.json", text.get()));
  }

  /** What a program logs in with; what the file does not name is used anonymously. */
  private final class Login {
    private final @Nullable Path file;

    Login(@Nullable Path file) {
      this.file = file;
    }

    @Nullable Path file() {
      return file;
    }

    Access to(Registry registry) {
      Path path = file;
      String authFile = path == null ? null : LINUX ? STANDARD_INPUT : path.toString();
      return new Access(authFile, settings.insecure().contains(registry));
    }
  }

  private void run(
      List<String> argv,
      Map<String, String> environment,
      Login login,
      LineFilter filter,
      String verb,
      ImageReference source,
      ImageReference destination)
      throws MirrorFailure, InterruptedException {
    ProgramCall call =
        new ProgramCall(
            argv,
            environment,
            LINUX ? login.file() : null,
            LINUX,
            settings.wallLimit(),
            settings.stallLimit(),
            filter);
    Attempt attempt = new Attempt(verb, source, destination);
    ProgramResult result;
    try {
      result = runner.run(call);
    } catch (IOException e) {
      throw new MirrorFailure(
          FailureKind.WORKER_RESOURCES,
          attempt.tried("could not be started: " + e.getMessage()),
          null,
          List.of(),
          null,
          e);
    }
    if (result.endedBy() == EndedBy.CLOSED) {
      throw new InterruptedException("the engine was closed during: " + attempt.what());
    }
    if (!result.succeeded()) {
      throw attempt.failed(result);
    }
  }

  /** Words for what was tried. */
  private final class Attempt {
    private final String verb;
    private final ImageReference source;
    private final ImageReference destination;

    Attempt(String verb, ImageReference source, ImageReference destination) {
      this.verb = verb;
      this.source = source;
      this.destination = destination;
    }

    String what() {
      return verb
          + " "
          + (source.equals(destination) ? destination : source + " to " + destination);
    }

    String tried(String answer) {
      return "Tried to " + what() + ", but it " + answer;
    }

    MirrorFailure failed(ProgramResult result) {
      List<String> lines = result.standardError().lines().toList();
      List<String> evidence =
          lines.subList(Math.max(0, lines.size() - EVIDENCE_LINES), lines.size());
      if (result.endedBy() != EndedBy.EXIT) {
        String why =
            result.endedBy() == EndedBy.STALL_LIMIT
                ? "stood still for " + settings.stallLimit().toSeconds() + " s"
                : "took longer than " + settings.wallLimit().toSeconds() + " s";
        return new MirrorFailure(
            FailureKind.TIMEOUT, tried(why + " and was stopped"), null, evidence, null, null);
      }
      ProgramFailures.Verdict verdict =
          ProgramFailures.classify(result.standardError(), result.exitStatus());
      Registry registry =
          verdict
              .side()
              .map(side -> side == Side.SOURCE ? source.registry() : destination.registry())
              .orElse(null);
      return new MirrorFailure(
          verdict.kind(), tried("failed: " + verdict.message()), registry, evidence, null, null);
    }
  }
}
