package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.ReferrersContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** What refers to images, where skopeo copies these. */
class SkopeoEngineReferrersTest extends ReferrersContract {

  @Override
  protected EngineFixture open(Path folder, Set<Registry> registries)
      throws IOException, InterruptedException {
    EngineBench.Builder builder = EngineBench.in(folder);
    registries.forEach(builder::insecure);
    return builder.build();
  }
}
