package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.testing.Programs;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.Credentials;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.program.InstallHint;
import io.imagetools.worker.program.InstalledProgram;
import io.imagetools.worker.program.KnownProgram;
import io.imagetools.worker.program.ProgramProbe;
import io.imagetools.worker.program.Version;
import io.imagetools.worker.registry.ImpatientClient;
import io.imagetools.worker.registry.RegistryClient;
import io.imagetools.worker.registry.RegistryWrites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An engine with the real programs and the real registry client. */
public final class EngineBench implements EngineFixture {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5));

  private final CountingRunner runner = new CountingRunner();
  private final Path home;
  private final Path temporary;
  private final RegistryClient registries;
  private final SkopeoEngine engine;

  private EngineBench(Builder builder) throws IOException, InterruptedException {
    Programs.require("skopeo");
    Programs.require("docker-buildx");
    home = Files.createDirectories(builder.folder.resolve("home"));
    temporary = builder.temporary;
    Map<String, String> environment = new HashMap<>(System.getenv());
    ProgramProbe probe = new ProgramProbe(runner, environment, InstallHint.forThisSystem());
    InstalledProgram skopeo = probe.require(KnownProgram.SKOPEO);
    InstalledProgram buildx = builder.buildx ? buildx(probe, builder.buildxVersion) : null;
    runner.calls().clear();
    environment.put("HOME", home.toString());
    environment.keySet().removeAll(Set.of("DOCKER_CONFIG", "REGISTRY_AUTH_FILE"));
    if (builder.auths != null) {
      Path config = home.resolve(".docker/config.json");
      Files.createDirectories(home.resolve(".docker"));
      Files.writeString(config, builder.auths);
    }
    Credentials credentials =
        Credentials.load(Map.of("HOME", home.toString()), null, runner, Clock.systemUTC());
    for (Map.Entry<Registry, Credential> login : builder.logins.entrySet()) {
      credentials = credentials.with(login.getKey(), login.getValue());
    }
    registries =
        builder.patience == null
            ? new RegistryClient(credentials, builder.insecure, environment, Clock.systemUTC())
            : ImpatientClient.of(builder.insecure, builder.patience);
    SkopeoSettings settings =
        new SkopeoSettings(
            builder.skopeo == null
                ? skopeo
                : new InstalledProgram(KnownProgram.SKOPEO, builder.skopeo, skopeo.version()),
            buildx,
            SkopeoSettings.DEFAULT_WALL_LIMIT,
            builder.stall,
            builder.insecure,
            temporary,
            environment);
    engine = new SkopeoEngine(settings, registries, registries.writes(LIMITS), credentials, runner);
  }

  private static InstalledProgram buildx(ProgramProbe probe, @Nullable Version said)
      throws InterruptedException {
    InstalledProgram buildx = probe.require(KnownProgram.BUILDX);
    return said == null ? buildx : new InstalledProgram(KnownProgram.BUILDX, buildx.path(), said);
  }

  /** Of an engine that may reach these servers by plain http. */
  public static Builder in(Path folder, RegistryServer... servers) {
    return new Builder(folder, servers);
  }

  /** What a bench is made of. */
  public static final class Builder {
    private final Path folder;
    private final Set<Registry> insecure;
    private final Map<Registry, Credential> logins = new HashMap<>();
    private Path temporary;
    private boolean buildx = true;
    private @Nullable String auths;
    private @Nullable Path skopeo;
    private @Nullable Duration patience;
    private Duration stall = SkopeoSettings.DEFAULT_STALL_LIMIT;
    private @Nullable Version buildxVersion;

    private Builder(Path folder, RegistryServer... servers) {
      this.folder = folder;
      this.temporary = folder.resolve("tmp");
      this.insecure =
          Arrays.stream(servers)
              .map(server -> new Registry(server.host()))
              .collect(Collectors.toCollection(HashSet::new));
    }

    Builder login(RegistryServer server, String user, String password) {
      logins.put(new Registry(server.host()), Credential.password(user, password, "the test"));
      return this;
    }

    /** The text of docker's file of credentials. */
    Builder auths(String text) {
      auths = text;
      return this;
    }

    Builder insecure(Registry registry) {
      insecure.add(registry);
      return this;
    }

    Builder temporary(Path other) {
      temporary = other;
      return this;
    }

    Builder withoutBuildx() {
      buildx = false;
      return this;
    }

    /** The real one, that says so of itself. */
    Builder buildx(Version version) {
      buildxVersion = version;
      return this;
    }

    Builder skopeo(Path other) {
      skopeo = other;
      return this;
    }

    /** How long the client waits for an answer. */
    Builder patience(Duration other) {
      patience = other;
      return this;
    }

    Builder stall(Duration other) {
      stall = other;
      return this;
    }

    /** The bench. */
    public EngineBench build() throws IOException, InterruptedException {
      if (temporary.equals(folder.resolve("tmp"))) {
        Files.createDirectories(temporary);
      }
      return new EngineBench(this);
    }
  }

  CountingRunner runner() {
    return runner;
  }

  @Override
  public SkopeoEngine engine() {
    return engine;
  }

  @Override
  public void assertTidy() throws IOException {
    assertThat(runner.running()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Override
  public void close() {
    engine.close();
    registries.close();
  }
}
