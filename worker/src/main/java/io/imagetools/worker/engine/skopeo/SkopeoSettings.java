package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.program.InstalledProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the engine works with; the worker's own, never from a record.
 *
 * @param skopeo the program
 * @param buildx the program; null: skopeo pushes all indexes, byte for byte what buildx would say
 * @param wallLimit how long one run of a program may take
 * @param stallLimit how long a program may move no byte
 * @param insecure registries that may be spoken to by plain http or without a verified certificate
 * @param temporaryFolder where short-lived files go
 * @param environment of this process; programs get the harmless part of it
 */
public record SkopeoSettings(
    InstalledProgram skopeo,
    @Nullable InstalledProgram buildx,
    Duration wallLimit,
    Duration stallLimit,
    Set<Registry> insecure,
    Path temporaryFolder,
    Map<String, String> environment) {

  /** 100 GB at 15 MB/s. */
  public static final Duration DEFAULT_WALL_LIMIT = Duration.ofHours(2);

  /** Longer than any pause between two chunks of a registry that lives. */
  public static final Duration DEFAULT_STALL_LIMIT = Duration.ofMinutes(5);

  /** Copies the collections. */
  public SkopeoSettings {
    insecure = Set.copyOf(insecure);
    environment = Map.copyOf(environment);
  }
}
