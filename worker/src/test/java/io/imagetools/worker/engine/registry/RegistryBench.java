package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.registry.ImpatientClient;
import io.imagetools.worker.registry.RegistryClient;
import io.imagetools.worker.registry.RegistryWrites;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An engine with the real registry client. */
public final class RegistryBench implements EngineFixture {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5));

  private final RegistryClient client;
  private final RegistryEngine engine;

  private RegistryBench(
      Set<Registry> insecure, Map<Registry, Credential> logins, RegistryWrites.Limits limits) {
    this(
        new RegistryClient(
            target -> Optional.ofNullable(logins.get(target.registry())),
            insecure,
            Map.of(),
            Clock.systemUTC()),
        limits);
  }

  private RegistryBench(RegistryClient client, RegistryWrites.Limits limits) {
    this.client = client;
    engine = new RegistryEngine(client, client.writes(limits), Alone.blobs());
  }

  /** Of an engine that may reach these servers by plain http. */
  public static RegistryBench of(RegistryServer... servers) {
    return of(LIMITS, registries(servers));
  }

  /** Of an engine that trusts what is in the certs.d folders of that home, and nobody else. */
  public static RegistryBench withHome(Path home) {
    return new RegistryBench(
        new RegistryClient(
            CredentialLookup.NONE, Set.of(), Map.of("HOME", home.toString()), Clock.systemUTC()),
        LIMITS);
  }

  static RegistryBench of(RegistryWrites.Limits limits, Set<Registry> insecure) {
    return new RegistryBench(insecure, Map.of(), limits);
  }

  /** Of an engine that waits that long for a byte, of whatever. */
  static RegistryBench impatient(Duration stall, Set<Registry> insecure) {
    return new RegistryBench(
        ImpatientClient.of(insecure, stall),
        new RegistryWrites.Limits(stall, Duration.ofMinutes(5)));
  }

  static RegistryBench withLogins(Map<RegistryServer, Credential> logins, RegistryServer... all) {
    Map<Registry, Credential> keyed = new HashMap<>();
    logins.forEach((server, login) -> keyed.put(new Registry(server.host()), login));
    return new RegistryBench(registries(all), keyed, LIMITS);
  }

  private static Set<Registry> registries(RegistryServer... servers) {
    return Arrays.stream(servers)
        .map(server -> new Registry(server.host()))
        .collect(Collectors.toSet());
  }

  @Override
  public RegistryEngine engine() {
    return engine;
  }

  @Override
  public void assertTidy() {
    // It has no processes and no files.
  }

  @Override
  public void close() {
    engine.close();
    client.close();
  }
}
