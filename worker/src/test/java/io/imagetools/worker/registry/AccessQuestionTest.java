package io.imagetools.worker.registry;

import static io.imagetools.worker.registry.ScriptedRegistry.status;
import static io.imagetools.worker.registry.ScriptedRegistry.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.registry.RegistryAccess.Known;
import io.imagetools.worker.registry.ScriptedRegistry.Seen;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessQuestionTest extends ClientFixture {

  private final Path folder;

  AccessQuestionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static CredentialLookup login(String password) {
    return target -> Optional.of(Credential.password("ann", password, "FILE"));
  }

  private static RegistryAccess access(Registry registry, CredentialLookup lookup)
      throws InterruptedException {
    try (RegistryClient client =
        new RegistryClient(lookup, Set.of(registry), Map.of(), Clock.systemUTC())) {
      return client.access(LoginTarget.of(registry));
    }
  }

  @Test
  void a_registry_with_passwords_tells_right_wrong_and_none_apart() throws Exception {
    try (RealRegistry real = RealRegistry.withPassword(folder, "ann", "s3cret")) {
      Registry registry = real.registry();
      assertThat(access(registry, login("s3cret"))).isEqualTo(Known.CREDENTIALS_ACCEPTED);
      assertThat(access(registry, login("other"))).isEqualTo(Known.CREDENTIALS_WRONG);
      assertThat(access(registry, CredentialLookup.NONE)).isEqualTo(Known.CREDENTIALS_MISSING);
    }
  }

  @Test
  void an_open_registry_is_open_to_everybody() throws Exception {
    try (RealRegistry real = RealRegistry.open(folder)) {
      assertThat(access(real.registry(), CredentialLookup.NONE)).isEqualTo(Known.OPEN);
      assertThat(access(real.registry(), login("any"))).isEqualTo(Known.OPEN);
    }
  }

  @Test
  void a_token_server_is_asked_whether_it_accepts_the_login() throws Exception {
    server.on(
        "GET /v2/",
        status(401, "WWW-Authenticate", "Bearer realm=\"" + server.address("/token") + "\""));
    server.on("GET /token", status(401), text(200, "{\"token\":\"t\"}"));

    try (RegistryClient ann = client(login("s3cret"))) {
      assertThat(ann.access(LoginTarget.of(server.registry()))).isEqualTo(Known.CREDENTIALS_WRONG);
      assertThat(ann.access(LoginTarget.of(server.registry())))
          .isEqualTo(Known.CREDENTIALS_ACCEPTED);
    }
    assertThat(client.access(LoginTarget.of(server.registry())))
        .isEqualTo(Known.CREDENTIALS_MISSING);
  }

  @Test
  void the_login_of_another_part_of_the_registry_is_no_answer_for_this_one() throws Exception {
    server.on(
        "GET /v2/",
        status(401, "WWW-Authenticate", "Bearer realm=\"" + server.address("/token") + "\""));
    server.on("GET /token", text(200, "{\"token\":\"t\",\"expires_in\":300}"), status(401));

    try (RegistryClient both = client(login("s3cret"))) {
      assertThat(both.access(new LoginTarget(server.registry(), "team")))
          .isEqualTo(Known.CREDENTIALS_ACCEPTED);
      assertThat(both.access(new LoginTarget(server.registry(), "other")))
          .isEqualTo(Known.CREDENTIALS_WRONG);
    }
  }

  @Test
  void a_token_server_that_is_down_is_no_wrong_password() throws Exception {
    server.on(
        "GET /v2/",
        status(401, "WWW-Authenticate", "Bearer realm=\"" + server.address("/token") + "\""));
    server.on("GET /token", status(503));

    try (RegistryClient ann = client(login("s3cret"))) {
      assertThat(ann.access(LoginTarget.of(server.registry())))
          .isInstanceOf(RegistryAccess.Unreachable.class);
    }
  }

  @Test
  void another_host_that_the_front_door_redirects_to_draws_no_password() throws Exception {
    try (ScriptedRegistry stranger = new ScriptedRegistry();
        RegistryClient ann = client(login("s3cret"))) {
      for (String challenge :
          List.of("Bearer realm=\"" + stranger.address("/token") + "\"", "Basic")) {
        stranger.on("GET /v2/", status(401, "WWW-Authenticate", challenge));
        stranger.on("GET /token", text(200, "{\"token\":\"t\"}"));
        server.on("GET /v2/", status(307, "Location", stranger.address("/v2/")));

        assertThat(ann.access(LoginTarget.of(server.registry())))
            .isInstanceOfSatisfying(
                RegistryAccess.Unreachable.class,
                unreachable ->
                    assertThat(unreachable.sentence())
                        .contains("another host that wants a login", stranger.address("/v2/"))
                        .doesNotContain("s3cret"));
      }
      assertThat(stranger.lines()).containsExactly("GET /v2/", "GET /v2/");
      assertThat(stranger.seen()).extracting(Seen::authorization).containsOnlyNulls();
      assertThat(server.seen()).extracting(Seen::authorization).containsOnlyNulls();
      assertThat(client.access(LoginTarget.of(server.registry())))
          .isEqualTo(Known.CREDENTIALS_MISSING);
    }
  }

  @Test
  void what_is_no_registry_is_unreachable_with_a_sentence() throws Exception {
    RegistryAccess access = client.access(LoginTarget.of(server.registry()));

    assertThat(access)
        .isInstanceOfSatisfying(
            RegistryAccess.Unreachable.class,
            unreachable -> assertThat(unreachable.sentence()).contains("answered 404"));
    assertThat(client.check(LoginTarget.of(server.registry())).ok()).isFalse();
  }

  @Test
  void every_answer_is_a_check_with_a_message() {
    LoginTarget registry = LoginTarget.of(server.registry());
    for (Known known : Known.values()) {
      assertThat(AccessQuestion.check(registry, known).ok())
          .isEqualTo(known != Known.CREDENTIALS_WRONG);
      assertThat(AccessQuestion.check(registry, known).message()).endsWith(".");
    }
  }
}
