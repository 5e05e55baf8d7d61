package io.imagetools.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Logins for a part of a registry, and the auth files that programs get. */
class PartCredentialsTest extends CredentialsFixture {

  private static final Repository QUAY_APP = new Repository(QUAY, "team/app");
  private static final Repository LOCAL_APP = new Repository(LOCAL, "app");
  private static final Repository GITHUB_APP = new Repository(new Registry("ghcr.io"), "app");

  PartCredentialsTest(@TempDir Path home) {
    super(home);
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
}
