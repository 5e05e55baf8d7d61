package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.HostileRegistriesContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The real skopeo and buildx between registries that go wrong. */
class SkopeoEngineHostileTest extends HostileRegistriesContract {

  @Override
  protected EngineFixture open(Path folder, Duration stall, Set<Registry> registries)
      throws IOException, InterruptedException {
    EngineBench.Builder builder = EngineBench.in(folder).stall(stall).patience(stall);
    registries.forEach(builder::insecure);
    return builder.build();
  }

  @Override
  protected Duration impatience() {
    return Duration.ofSeconds(8);
  }
}
