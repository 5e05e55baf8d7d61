package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.ReferrersContract;
import io.imagetools.worker.registry.RegistryWrites;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** What refers to images, by the engine that speaks to registries itself. */
class RegistryEngineReferrersTest extends ReferrersContract {

  private static final RegistryWrites.Limits LIMITS =
      new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5));

  @Override
  protected EngineFixture open(Path folder, Set<Registry> registries) {
    return RegistryBench.of(LIMITS, registries);
  }
}
