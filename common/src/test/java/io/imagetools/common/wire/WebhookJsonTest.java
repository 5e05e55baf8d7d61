package io.imagetools.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.ByteCounts;
import io.imagetools.common.job.MirrorResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WebhookJsonTest {
  private static final PublishedSchemas SCHEMAS = new PublishedSchemas();
  private static final MirrorResult FAILURE = Samples.bareFailure();

  private static byte[] runFinished() {
    return WebhookJson.runFinished(
        Samples.OPEN,
        Samples.END,
        new WebhookJson.Totals(7, 2, 2, 1, 2, new ByteCounts(1_000, 20, 3)));
  }

  private static void checkFields(String schema, byte[] body) {
    assertThat(SCHEMAS.against(schema, body)).isEmpty();
    assertThat(SCHEMAS.fields(schema))
        .containsAll(PublishedSchemas.fields(Json.mapper().readTree(body)));
  }

  @Test
  void the_end_of_a_run_is_told_as_ever_and_as_its_schema_says() throws IOException {
    GoldenFiles.check("webhook-run-finished", runFinished());
    checkFields("webhook-run-finished", runFinished());
    assertThat(SCHEMAS.fields("webhook-run-finished"))
        .isEqualTo(PublishedSchemas.fields(Json.mapper().readTree(runFinished())));
  }

  @Test
  void a_failure_of_an_image_is_told_as_ever_and_as_its_schema_says() throws IOException {
    byte[] body = WebhookJson.imageFailed(FAILURE);

    GoldenFiles.check("webhook-image-failed", body);
    checkFields("webhook-image-failed", body);
  }

  @Test
  void the_schemas_refuse_what_they_are_not_for() {
    String other =
        new String(runFinished(), StandardCharsets.UTF_8).replace("\"jobs\":", "\"job\":");

    assertThat(SCHEMAS.against("webhook-image-failed", runFinished())).isNotEmpty();
    assertThat(SCHEMAS.against("webhook-run-finished", WebhookJson.imageFailed(FAILURE)))
        .isNotEmpty();
    assertThat(SCHEMAS.against("webhook-run-finished", other.getBytes(StandardCharsets.UTF_8)))
        .isNotEmpty();
  }

  @Test
  void the_same_thing_has_the_same_name() {
    assertThat(WebhookJson.idOf(Samples.OPEN)).isEqualTo("20261124-133000-0f3a9/finished");
    assertThat(WebhookJson.idOf(FAILURE)).startsWith("20261124-133000-0f3a9/").endsWith("/failed");
  }
}
