package io.imagetools.cli.command;

import io.imagetools.cli.options.WebhookOptions;
import io.imagetools.cli.role.RunWatcher;
import io.imagetools.cli.webhook.Webhooks;
import io.imagetools.collector.ledger.Counts;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Run;
import io.imagetools.common.wire.WebhookJson;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The webhook that was asked for. */
final class WebhookChoice {
  private static final String VARIABLE = "IMAGE_TOOLS_WEBHOOK_SECRET";

  /** Shorter ones can be guessed. */
  private static final int LEAST = 16;

  private final @Nullable URI address;
  private final byte[] secret;
  private final Map<String, String> environment;

  private WebhookChoice(@Nullable URI address, byte[] secret, Map<String, String> environment) {
    this.address = address;
    this.secret = secret;
    this.environment = environment;
  }

  /** Reads address and secret, and refuses what can't serve. */
  static WebhookChoice of(CommandLine command, WebhookOptions options, Invocation invocation) {
    URI address = options.webhook();
    if (address == null) {
      return new WebhookChoice(null, new byte[0], Map.of());
    }
    String scheme = String.valueOf(address.getScheme());
    if (!(scheme.equals("https") || scheme.equals("http")) || address.getHost() == null) {
      throw new ParameterException(
          command, "--webhook: give an address that begins with https:// or http://");
    }
    if (address.getUserInfo() != null) {
      throw new ParameterException(
          command, "--webhook: no login belongs into an address; the signature says who sends");
    }
    byte[] secret = secret(options.secretFile(), invocation).getBytes(StandardCharsets.UTF_8);
    if (secret.length < LEAST) {
      throw new ParameterException(
          command,
          "--webhook needs a secret of "
              + LEAST
              + " characters or more to sign with: set "
              + VARIABLE
              + " or give --webhook-secret-file; 'openssl rand -hex 32' makes one");
    }
    return new WebhookChoice(address, secret, invocation.environment());
  }

  private static String secret(@Nullable Path file, Invocation invocation) {
    if (file == null) {
      String variable = invocation.variable(VARIABLE);
      return variable == null ? "" : variable;
    }
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw Words.unreadable("The file " + file + " of --webhook-secret-file", e, "");
    }
  }

  /**
   * Begins to tell; null: nobody is to be told.
   *
   * @throws io.imagetools.common.process.EnvironmentException if proxy or authorities can't be used
   */
  @Nullable Webhooks open() {
    return address == null ? null : new Webhooks(address, secret, Clock.systemUTC(), environment);
  }

  /** What is told of runs. */
  static RunWatcher watcher(@Nullable Webhooks webhooks) {
    return webhooks == null ? RunWatcher.NOBODY : new Told(webhooks);
  }

  private record Told(Webhooks webhooks) implements RunWatcher {
    @Override
    public void failed(MirrorResult result) {
      webhooks.tell(
          WebhookJson.idOf(result), WebhookJson.IMAGE_FAILED, WebhookJson.imageFailed(result));
    }

    @Override
    public void ended(Run run, Counts counts) throws InterruptedException {
      WebhookJson.Totals totals =
          new WebhookJson.Totals(
              counts.mirrored(),
              counts.unchanged(),
              counts.failed(),
              counts.cancelled(),
              counts.rejected(),
              counts.bytes());
      webhooks.tellAndWait(
          WebhookJson.idOf(run),
          WebhookJson.RUN_FINISHED,
          WebhookJson.runFinished(run, Clock.systemUTC().instant(), totals));
    }
  }
}
