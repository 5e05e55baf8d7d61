/**
 * What a worker does with a job it was handed: gates before the registries, attempts, outcome,
 * result. Knows no Kafka.
 */
@NullMarked
package io.imagetools.worker.execution;

import org.jspecify.annotations.NullMarked;
