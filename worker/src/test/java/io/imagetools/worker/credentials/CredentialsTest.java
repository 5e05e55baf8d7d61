package io.imagetools.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.process.EnvironmentException;
import io.imagetools.worker.program.SystemProgramRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CredentialsTest {

  private static final Registry QUAY = new Registry("quay.io");
  private static final Registry LOCAL = new Registry("localhost:5000");
  private static final Repository QUAY_APP = new Repository(QUAY, "team/app");
  private static final Repository LOCAL_APP = new Repository(LOCAL, "app");
  private static final Repository GITHUB_APP = new Repository(new Registry("ghcr.io"), "app");

  private final Path home;

  private final Map<String, String> environment = new HashMap<>();
  private final SystemProgramRunner runner = new SystemProgramRunner();

  CredentialsTest(@TempDir Path home) {
    this.home = home;
  }

  @BeforeEach
  void setHome() {
    environment.put("HOME", home.toString());
  }

  @AfterEach
  void closeRunner() {
    runner.close();
  }

  private Credentials load(@Nullable Registry destination) {
    return Credentials.load(
        environment,
        destination,
        runner,
        Clock.systemUTC(),
        new AuthFilePlaces(environment, home.resolve("run")));
  }

  private Path write(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static String auths(String key, String user) {
    String auth = Credential.base64(user + ":pw:" + user);
    return "{\"auths\":{\"" + key + "\":{\"auth\":\"" + auth + "\"}}}";
  }

  private static Optional<String> user(Credentials credentials, String path) throws Exception {
    return credentials.find(new LoginTarget(QUAY, path)).map(Credential::username);
  }

  private static Optional<String> user(Credentials credentials, Registry registry)
      throws Exception {
    return credentials.find(LoginTarget.of(registry)).map(Credential::username);
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
  void a_credential_for_a_part_of_a_registry_is_not_used_for_all_of_it() throws Exception {
    write(".config/containers/auth.json", auths("quay.io/team", "ann"));

    assertThat(load(null).find(LoginTarget.of(QUAY))).isEmpty();
  }

  /** Each key with the user of its own. */
  private static String auths(Map<String, String> users) {
    StringJoiner entries = new StringJoiner(",", "{\"auths\":{", "}}");
    users.forEach(
        (key, user) -> {
          String auth = Credential.base64(user + ":pw:" + user);
          entries.add("\"" + key + "\":{\"auth\":\"" + auth + "\"}");
        });
    return entries.toString();
  }

  @Test
  void the_longest_path_counts_and_only_whole_components_of_it() throws Exception {
    write(
        ".config/containers/auth.json",
        auths(
            Map.of(
                "QUAY.io",
                "all",
                "quay.io/team",
                "team",
                "quay.io/team/app",
                "app",
                "quay.io/team/app/deep",
                "deep")));
    Credentials credentials = load(null);

    assertThat(user(credentials, "team/app/deep/er")).contains("deep");
    assertThat(user(credentials, "team/app")).contains("app");
    assertThat(user(credentials, "team/apple")).contains("team");
    assertThat(user(credentials, "team")).contains("team");
    assertThat(user(credentials, "teams/app")).contains("all");
    assertThat(user(credentials, "other/team/app")).contains("all");
    assertThat(user(credentials, "")).contains("all");
  }

  @Test
  void a_version_is_cut_off_only_behind_the_host() throws Exception {
    write(
        ".config/containers/auth.json",
        auths(Map.of("quay.io/v2/", "all", "quay.io/team/v1", "v1", "Quay.IO/upper/", "upper")));
    Credentials credentials = load(null);

    assertThat(user(credentials, "team/v1/app")).contains("v1");
    assertThat(user(credentials, "team/app")).contains("all");
    assertThat(user(credentials, "upper/app")).contains("upper");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2"})
  void a_namespace_may_be_called_as_a_version_is(String name) throws Exception {
    write(".config/containers/auth.json", auths("quay.io/" + name, "ann"));
    Credentials credentials = load(null);

    assertThat(user(credentials, name + "/app")).contains("ann");
    assertThat(credentials.find(target("quay.io/team/app"))).isEmpty();
    assertThat(credentials.find(LoginTarget.of(QUAY))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker.io/library", "index.docker.io/library"})
  void the_images_of_docker_hub_without_a_namespace_have_one(String key) throws Exception {
    write(".config/containers/auth.json", auths(key, "ann"));
    Credentials credentials = load(null);

    assertThat(credentials.find(target("docker.io/nginx")))
        .map(Credential::username)
        .contains("ann");
    assertThat(credentials.find(target("docker.io/library/nginx"))).isPresent();
    assertThat(credentials.find(target("docker.io/ann/nginx"))).isEmpty();
  }

  private static LoginTarget target(String repository) {
    return LoginTarget.of(repository(repository));
  }

  private static Repository repository(String name) {
    return ImageReference.parse(name).repository();
  }

  @Test
  void an_earlier_file_counts_before_a_longer_path() throws Exception {
    write(".config/containers/auth.json", auths("quay.io", "first"));
    write(".docker/config.json", auths("quay.io/team", "second"));

    assertThat(user(load(null), "team/app")).contains("first");
  }

  @Test
  void an_earlier_file_for_another_part_leaves_the_rest_to_the_next() throws Exception {
    write(".config/containers/auth.json", auths("quay.io/team", "first"));
    write(".docker/config.json", auths("quay.io", "second"));

    assertThat(user(load(null), "team/app")).contains("first");
    assertThat(user(load(null), "app")).contains("second");
  }

  @Test
  void variables_count_before_a_longer_path() throws Exception {
    environment.put("DOCKER_USERNAME", "bob");
    environment.put("DOCKER_PASSWORD", "pw");
    write(".config/containers/auth.json", auths("quay.io/team", "ann"));

    assertThat(user(load(QUAY), "team/app")).contains("bob");
  }

  @Test
  void a_credential_for_a_part_says_which_entry_it_is_from() throws Exception {
    Path file = write(".config/containers/auth.json", auths("quay.io/team", "ann"));

    assertThat(load(null).find(target("quay.io/team/app")))
        .map(Credential::toString)
        .contains("a credential from " + file + " for quay.io/team");
  }

  @Test
  void an_auth_file_holds_the_registries_asked_for_and_no_others() throws Exception {
    environment.put("DOCKER_USERNAME", "bob");
    environment.put("DOCKER_PASSWORD", "pw:bob");
    write(".docker/config.json", auths("quay.io", "ann"));
    Credentials credentials = load(LOCAL);

    JsonNode one = json(credentials.authFile(Set.of(LOCAL_APP)));
    assertThat(one.toString()).isEqualTo(auths("localhost:5000", "bob"));
    JsonNode both = json(credentials.authFile(Set.of(QUAY_APP, LOCAL_APP, GITHUB_APP)));
    assertThat(both.path("auths").propertyNames())
        .containsExactlyInAnyOrder("quay.io", "localhost:5000");
    assertThat(credentials.authFile(Set.of(GITHUB_APP))).isEmpty();
  }

  @Test
  void an_auth_file_has_docker_hub_under_the_keys_of_both_programs() throws Exception {
    write(".docker/config.json", auths("https://index.docker.io/v1/", "ann"));

    JsonNode file = json(load(null).authFile(Set.of(repository("docker.io/nginx"))));

    assertThat(file.path("auths").propertyNames())
        .containsExactlyInAnyOrder("docker.io", "https://index.docker.io/v1/");
  }

  @Test
  void an_auth_file_has_one_login_for_a_registry_under_its_host() throws Exception {
    write(".docker/config.json", auths("quay.io", "ann"));
    Repository other = new Repository(QUAY, "other/app");

    JsonNode file = json(load(null).authFile(Set.of(QUAY_APP, other)));

    assertThat(file.toString()).isEqualTo(auths("quay.io", "ann"));
  }

  @Test
  void an_auth_file_has_two_logins_for_a_registry_under_their_repositories() throws Exception {
    write(
        ".docker/config.json",
        auths(Map.of("quay.io/team", "ann", "quay.io/other", "bob", "quay.io", "all")));
    Repository other = new Repository(QUAY, "other/app");

    JsonNode file = json(load(null).authFile(Set.of(QUAY_APP, other, LOCAL_APP)));

    assertThat(file)
        .isEqualTo(
            json(
                Optional.of(auths(Map.of("quay.io/team/app", "ann", "quay.io/other/app", "bob")))));
  }

  @Test
  void an_auth_file_leaves_the_repository_without_a_login_without_one() throws Exception {
    write(".docker/config.json", auths("quay.io/team", "ann"));
    Repository other = new Repository(QUAY, "other/app");

    JsonNode file = json(load(null).authFile(Set.of(QUAY_APP, other)));

    assertThat(file.toString()).isEqualTo(auths("quay.io/team/app", "ann"));
  }

  /** Docker's library, which buildx has, knows hosts only. */
  @Test
  void an_auth_file_has_a_single_repository_under_its_host() throws Exception {
    write(".docker/config.json", auths("quay.io/team", "ann"));

    JsonNode file = json(load(null).authFile(Set.of(QUAY_APP)));

    assertThat(file.toString()).isEqualTo(auths("quay.io", "ann"));
  }

  @Test
  void an_identity_token_stays_one() throws Exception {
    String entry = "{\"auth\":\"" + Credential.base64("ann:") + "\",\"identitytoken\":\"it\"}";
    String text = "{\"auths\":{\"quay.io\":" + entry + "}}";
    write(".docker/config.json", text);

    assertThat(load(null).find(LoginTarget.of(QUAY))).map(Credential::identityToken).contains(true);
    assertThat(load(null).authFile(Set.of(QUAY_APP))).contains(text);
  }

  private static JsonNode json(Optional<String> text) {
    return JsonMapper.builder().build().readTree(text.orElseThrow());
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
