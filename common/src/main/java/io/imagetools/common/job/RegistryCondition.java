package io.imagetools.common.job;

import io.imagetools.common.image.Registry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a worker has learned of a registry, for all workers.
 *
 * @param registry of which
 * @param notBefore when it may be asked again
 * @param budget what it said of its limits; null: it only said to wait
 * @param worker who learned it
 * @param at when
 */
public record RegistryCondition(
    Registry registry,
    Instant notBefore,
    @Nullable RegistryBudget budget,
    String worker,
    Instant at) {}
