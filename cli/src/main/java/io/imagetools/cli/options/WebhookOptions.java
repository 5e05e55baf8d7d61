package io.imagetools.cli.options;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whom to tell of runs and failures. */
public final class WebhookOptions {

  @Option(
      names = "--webhook",
      paramLabel = "URL",
      description = {
        "With --all: POST there when a run has ended or an image has failed, signed with the secret of"
            + " IMAGE_TOOLS_WEBHOOK_SECRET or --webhook-secret-file. Default: nobody is told."
      })
  private @Nullable URI webhook;

  @Option(
      names = "--webhook-secret-file",
      paramLabel = "FILE",
      description = "A file with the secret, of 16 characters or more.")
  private @Nullable Path secretFile;

  /** Null: nobody. */
  public @Nullable URI webhook() {
    return webhook;
  }

  /** Null: the environment has it. */
  public @Nullable Path secretFile() {
    return secretFile;
  }
}
