package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.HostileRegistriesContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The registry engine between registries that go wrong. */
class RegistryEngineHostileTest extends HostileRegistriesContract {

  @Override
  protected EngineFixture open(Path folder, Duration stall, Set<Registry> registries) {
    return RegistryBench.impatient(stall, registries);
  }

  @Override
  protected Duration impatience() {
    return Duration.ofSeconds(6);
  }
}
