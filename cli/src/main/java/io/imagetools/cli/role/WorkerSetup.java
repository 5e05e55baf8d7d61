package io.imagetools.cli.role;

import io.imagetools.cli.options.WorkerOptions;
import io.imagetools.common.image.Registry;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.execution.ExecutionSettings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is made from.
 *
 * @param options of the command line
 * @param execution attempts and what stands before each registry
 * @param environment of this process
 * @param credentialsFor the one registry that DOCKER_USERNAME and DOCKER_PASSWORD are for; null:
 *     they are not used
 * @param name the worker's, in results, log lines and client ids
 * @param temporary the folder for short-lived files
 * @param alone whether no other worker takes jobs from the same queue
 * @param tracing records jobs and their requests; not closed by the worker
 */
public record WorkerSetup(
    WorkerOptions options,
    ExecutionSettings execution,
    Map<String, String> environment,
    @Nullable Registry credentialsFor,
    String name,
    Path temporary,
    boolean alone,
    Tracing tracing) {

  /** Copies the environment. */
  public WorkerSetup {
    environment = Map.copyOf(environment);
  }
}
