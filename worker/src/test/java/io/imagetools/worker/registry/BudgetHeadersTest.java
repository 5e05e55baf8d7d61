package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.credentials.CredentialLookup;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rate-limit headers of Docker Hub, wherever they come by. */
class BudgetHeadersTest {

  @Test
  void they_are_read_from_whatever_is_answered() throws Exception {
    List<RegistryBudget> seen = new ArrayList<>();
    try (ScriptedRegistry server = new ScriptedRegistry();
        RegistryClient client =
            new RegistryClient(
                CredentialLookup.NONE,
                Set.of(server.registry()),
                Map.of(),
                (registry, budget) -> {
                  assertThat(registry).isEqualTo(server.registry());
                  seen.add(budget);
                },
                Tracing.OFF,
                Clock.systemUTC())) {
      server.on(
          "HEAD /v2/a/b/manifests/1",
          ScriptedRegistry.status(
              404, "ratelimit-limit", "100;w=21600", "ratelimit-remaining", "76;w=21600"),
          ScriptedRegistry.status(404, "RateLimit-Limit", "100;w=21600"),
          ScriptedRegistry.status(
              429, "RateLimit-Limit", "100;w=21600", "RateLimit-Remaining", "0;w=21600"));
      ImageReference image = ImageReference.parse(server.registry() + "/a/b:1");
      client.head(image);
      client.head(image);
      assertThatThrownBy(() -> client.head(image)).isNotNull();
    }
    assertThat(seen)
        .containsExactly(
            new RegistryBudget(100, Duration.ofHours(6), 76),
            new RegistryBudget(100, Duration.ofHours(6), 0));
  }

  @ParameterizedTest
  @CsvSource({
    "'',''",
    "100,76",
    "100;w=0,1;w=0",
    "0;w=60,0;w=60",
    "-1;w=60,0;w=60",
    "9999999999;w=60,1;w=60",
    "100;w=21600;x,1;w=21600",
    "'100;w=60','many;w=60'"
  })
  void what_can_not_be_understood_says_nothing(String limit, String remaining) {
    Answer answer =
        new Answer(
            200,
            "",
            Map.of("ratelimit-limit", List.of(limit), "ratelimit-remaining", List.of(remaining)),
            new byte[0],
            true,
            URI.create("http://registry.example/"));

    assertThat(BudgetHeaders.of(answer)).isEmpty();
  }
}
