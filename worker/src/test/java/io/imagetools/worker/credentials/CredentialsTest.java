package io.imagetools.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.image.Registry;
import io.imagetools.common.process.EnvironmentException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest extends CredentialsFixture {

  CredentialsTest(@TempDir Path home) {
    super(home);
  }

  @Test
  void places_count_in_their_order() throws Exception {
    environment.put("XDG_RUNTIME_DIR", home.resolve("xdg").toString());
    environment.put("REGISTRY_AUTH_FILE", home.resolve("named.json").toString());
    environment.put("DOCKER_USERNAME", "variable");
    environment.put("DOCKER_PASSWORD", "pw");
    List<Path> files =
        List.of(
            write("named.json", auths("quay.io", "named")),
            write("xdg/containers/auth.json", auths("quay.io", "runtime")),
            write(".config/containers/auth.json", auths("quay.io", "config")),
            write(".docker/config.json", auths("quay.io", "docker")));

    assertThat(user(load(QUAY), QUAY)).contains("variable");
    for (Path file : files) {
      String expected = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      assertThat(
              load(null).find(LoginTarget.of(QUAY)).map(Credential::basic).map(expected::contains))
          .as(file.toString())
          .contains(true);
      Files.delete(file);
      environment.remove("REGISTRY_AUTH_FILE");
    }
    assertThat(load(null).find(LoginTarget.of(QUAY))).isEmpty();
  }

  @Test
  void a_password_may_hold_colons() throws Exception {
    write(".docker/config.json", auths("quay.io", "ann"));

    assertThat(load(null).find(LoginTarget.of(QUAY))).map(Credential::secret).contains("pw:ann");
  }

  @Test
  void what_skopeo_login_writes_without_a_runtime_folder_is_found() throws Exception {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    write("run/" + uid + "/auth.json", auths("quay.io", "ann"));

    assertThat(user(load(null), QUAY)).contains("ann");
  }

  @Test
  void docker_config_replaces_the_folder_of_docker() throws Exception {
    write(".docker/config.json", auths("quay.io", "home"));
    write("elsewhere/config.json", auths("quay.io", "elsewhere"));
    environment.put("DOCKER_CONFIG", home.resolve("elsewhere").toString());

    assertThat(user(load(null), QUAY)).contains("elsewhere");
  }

  @Test
  void variables_are_for_the_destination_and_for_nobody_else() throws Exception {
    environment.put("DOCKER_USERNAME", "ann");
    environment.put("DOCKER_PASSWORD", "s3cret");

    assertThat(user(load(QUAY), QUAY)).contains("ann");
    assertThat(load(QUAY).find(LoginTarget.of(Registry.DOCKER_HUB))).isEmpty();
    assertThat(load(null).find(LoginTarget.of(QUAY))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DOCKER_USERNAME", "DOCKER_PASSWORD"})
  void one_variable_without_the_other_is_a_mistake(String one) {
    environment.put(one, "s3cret");

    assertThatThrownBy(() -> load(QUAY))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("DOCKER_USERNAME")
        .hasMessageContaining("DOCKER_PASSWORD")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://index.docker.io/v1/",
        "index.docker.io/v1",
        "docker.io",
        "index.docker.io"
      })
  void docker_hub_is_found_under_each_of_its_names(String key) throws Exception {
    write(".docker/config.json", auths(key, "ann"));

    assertThat(user(load(null), Registry.DOCKER_HUB)).contains("ann");
    assertThat(user(load(null), new Registry("index.docker.io"))).contains("ann");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:5000",
        "http://localhost:5000",
        "https://localhost:5000/v2/",
        "LOCALHOST:5000"
      })
  void a_registry_is_found_under_its_address(String key) throws Exception {
    write(".docker/config.json", auths(key, "ann"));

    assertThat(user(load(null), LOCAL)).contains("ann");
    assertThat(load(null).find(LoginTarget.of(new Registry("localhost:5001")))).isEmpty();
  }

  @Test
  void what_was_typed_counts_where_no_file_has_anything() throws Exception {
    write(".docker/config.json", auths("quay.io/team", "ann"));

    Credentials credentials = load(null).with(QUAY, Credential.password("bob", "pw", "terminal"));

    assertThat(user(credentials, QUAY)).contains("bob");
    assertThat(user(credentials, "app")).contains("bob");
    assertThat(user(credentials, "team/app")).contains("ann");
  }

  @Test
  void no_text_form_shows_a_secret() throws Exception {
    write(".docker/config.json", auths("quay.io", "ann"));
    Credentials credentials = load(null);

    assertThat(credentials + " " + credentials.find(LoginTarget.of(QUAY)))
        .doesNotContain("pw:", "ann");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "nonsense s3cret",
        "{\"auths\": 1}",
        "{\"auths\": {\"quay.io\": {\"auth\": \"%s3cret\"}}}",
        "{\"auths\": {\"quay.io\": {\"auth\": \"czNjcmV0\"}}}",
        "{\"credHelpers\": {\"quay.io\": \"../s3cret\"}}",
        "{\"credsStore\": \"a b\"}"
      })
  void a_broken_file_stops_the_start_with_a_sentence_that_names_it(String content)
      throws Exception {
    Path file = write(".docker/config.json", content);

    assertThatThrownBy(() -> load(null))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("is broken")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void a_file_that_is_a_folder_stops_the_start() throws Exception {
    Files.createDirectories(home.resolve(".docker/config.json"));

    assertThatThrownBy(() -> load(null))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(".docker/config.json");
  }

  @Test
  void a_named_file_that_is_missing_stops_the_start() {
    environment.put("REGISTRY_AUTH_FILE", "/nowhere/auth.json");

    assertThatThrownBy(() -> load(null))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("/nowhere/auth.json")
        .hasMessageContaining("REGISTRY_AUTH_FILE");
  }

  @Test
  void an_empty_file_or_entry_is_no_credential() throws Exception {
    write(".docker/config.json", "{\"auths\":{\"quay.io\":{}}}");
    write(".config/containers/auth.json", "");

    assertThat(load(null).find(LoginTarget.of(QUAY))).isEmpty();
  }
}
