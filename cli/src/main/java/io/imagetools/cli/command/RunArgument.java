package io.imagetools.cli.command;

import io.imagetools.cli.role.Cluster;
import io.imagetools.common.job.Run;
import io.imagetools.common.job.RunId;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The run that an argument names. */
final class RunArgument {

  private RunArgument() {}

  static RunId id(CommandLine command, String text) {
    try {
      return new RunId(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, "'" + text + "' is no run: " + e.getMessage(), e);
    }
  }

  static Run find(CommandLine command, Cluster cluster, RunId id) {
    return cluster
        .runs()
        .find(id)
        .orElseThrow(
            () ->
                new ParameterException(
                    command,
                    "the cluster knows no run "
                        + id
                        + "; 'image-tools status' lists those it knows"));
  }
}
