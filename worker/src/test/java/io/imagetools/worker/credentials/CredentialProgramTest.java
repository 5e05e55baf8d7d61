package io.imagetools.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.program.SystemProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialProgramTest {

  private static final Registry QUAY = new Registry("quay.io");

  /** Notes what it is asked, and what of our secrets it sees. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      read server
      echo "$1 $server $DOCKER_PASSWORD" >> "$HOME/asked"
      """;

  private final Path home;

  private final Map<String, String> environment = new HashMap<>();
  private final SystemProgramRunner runner = new SystemProgramRunner();
  private volatile Instant now = Instant.EPOCH;

  CredentialProgramTest(@TempDir Path home) {
    this.home = home;
  }

  @BeforeEach
  void setUp() throws IOException {
    environment.put("HOME", home.toString());
    environment.put("PATH", home.resolve("bin") + ":/usr/bin:/bin");
    environment.put("DOCKER_USERNAME", "ann");
    environment.put("DOCKER_PASSWORD", "s3cret");
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve(".docker"));
  }

  @AfterEach
  void closeRunner() {
    runner.close();
  }

  private void program(String name, String then) throws IOException {
    Path file = home.resolve("bin/docker-credential-" + name);
    Files.writeString(file, SCRIPT + then + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Credentials load(String config) throws IOException {
    Files.writeString(home.resolve(".docker/config.json"), config);
    InstantSource source = () -> now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    return Credentials.load(
        environment, null, runner, clock, new AuthFilePlaces(environment, home.resolve("run")));
  }

  private String asked() throws IOException {
    return Files.readString(home.resolve("asked"));
  }

  private static String answer(String username, String secret) {
    return "echo '{\"ServerURL\":\"x\",\"Username\":\""
        + username
        + "\",\"Secret\":\""
        + secret
        + "\"}'";
  }

  @Test
  void a_helper_is_asked_by_standard_input_and_sees_none_of_our_secrets() throws Exception {
    program("one", answer("bob", "pw"));
    Credentials credentials = load("{\"credHelpers\":{\"quay.io\":\"one\"}}");

    Credential found = credentials.find(LoginTarget.of(QUAY)).orElseThrow();

    assertThat(found).isEqualTo(Credential.password("bob", "pw", "docker-credential-one"));
    assertThat(asked()).isEqualTo("get quay.io \n");
    assertThat(credentials.find(LoginTarget.of(new Registry("ghcr.io")))).isEmpty();
  }

  @Test
  void a_store_is_asked_for_what_nothing_else_is_in_charge_of() throws Exception {
    program("one", answer("one", "pw"));
    program("all", answer("all", "pw"));
    Credentials credentials =
        load(
            "{\"credsStore\":\"all\",\"credHelpers\":{\"quay.io\":\"one\"},\"auths\":{"
                + "\"ghcr.io\":{\"auth\":\"Ym9iOnB3\"},\"https://index.docker.io/v1/\":{}}}");

    assertThat(credentials.find(LoginTarget.of(QUAY))).map(Credential::username).contains("one");
    assertThat(credentials.find(LoginTarget.of(new Registry("ghcr.io"))))
        .map(Credential::username)
        .contains("bob");
    assertThat(credentials.find(LoginTarget.of(Registry.DOCKER_HUB)))
        .map(Credential::username)
        .contains("all");
    assertThat(asked()).endsWith("get https://index.docker.io/v1/ \n");
  }

  @Test
  void an_answer_is_used_for_a_while_and_then_asked_for_again() throws Exception {
    program("one", answer("bob", "pw"));
    Credentials credentials = load("{\"credHelpers\":{\"quay.io\":\"one\"}}");

    credentials.find(LoginTarget.of(QUAY));
    credentials.find(LoginTarget.of(QUAY));
    assertThat(asked().lines()).hasSize(1);

    now = now.plus(Credentials.HELPER_ANSWER_LASTS);
    credentials.find(LoginTarget.of(QUAY));
    assertThat(asked().lines()).hasSize(2);
  }

  @Test
  void a_helper_that_has_none_is_no_failure() throws Exception {
    program("one", "echo credentials not found in native keychain; exit 1");

    assertThat(load("{\"credHelpers\":{\"quay.io\":\"one\"}}").find(LoginTarget.of(QUAY)))
        .isEmpty();
  }

  @Test
  void an_identity_token_is_recognised_and_may_be_long() throws Exception {
    String token = "t".repeat(10_000);
    program("one", answer("<token>", token));

    assertThat(load("{\"credHelpers\":{\"quay.io\":\"one\"}}").find(LoginTarget.of(QUAY)))
        .contains(Credential.identityToken("<token>", token, "docker-credential-one"));
  }

  @Test
  void a_helper_that_breaks_down_is_told_without_what_it_printed() throws Exception {
    program("one", answer("bob", "hush") + "; echo no network >&2; exit 3");
    Credentials credentials = load("{\"credHelpers\":{\"quay.io\":\"one\"}}");

    MirrorFailure failure =
        catchThrowableOfType(MirrorFailure.class, () -> credentials.find(LoginTarget.of(QUAY)));

    assertThat(failure.kind()).isEqualTo(FailureKind.UNAUTHORIZED);
    assertThat(failure)
        .hasMessageContaining("docker-credential-one ended with status 3: no network")
        .hasMessageNotContaining("hush");
  }

  @Test
  void a_helper_that_does_not_answer_in_json_is_told_without_what_it_printed() throws Exception {
    program("one", "echo hush");
    Credentials credentials = load("{\"credHelpers\":{\"quay.io\":\"one\"}}");

    assertThat(
            catchThrowableOfType(MirrorFailure.class, () -> credentials.find(LoginTarget.of(QUAY))))
        .hasMessageContaining("did not answer in JSON")
        .hasMessageNotContaining("hush");
  }

  @Test
  void a_helper_that_is_not_installed_is_named_with_the_file_that_wants_it() throws Exception {
    Credentials credentials = load("{\"credsStore\":\"desktop\"}");

    assertThat(
            catchThrowableOfType(MirrorFailure.class, () -> credentials.find(LoginTarget.of(QUAY))))
        .hasMessageContaining("docker-credential-desktop")
        .hasMessageContaining(home.resolve(".docker/config.json").toString())
        .hasMessageContaining("not on the PATH");
  }

  /** Shutting down is no word about the login: the job goes to another worker. */
  @Test
  void a_helper_that_the_shutdown_ends_is_not_a_refused_login() throws Exception {
    program("one", answer("bob", "pw"));
    Credentials credentials = load("{\"credHelpers\":{\"quay.io\":\"one\"}}");
    runner.close();

    assertThatThrownBy(() -> credentials.find(LoginTarget.of(QUAY)))
        .isInstanceOf(InterruptedException.class);
  }

  private static Optional<String> user(Credentials credentials, String path) throws Exception {
    return credentials.find(new LoginTarget(QUAY, path)).map(Credential::username);
  }

  @Test
  void the_helper_of_a_registry_counts_before_entries_for_parts_of_it() throws Exception {
    program("one", answer("one", "pw"));
    Credentials credentials =
        load(
            "{\"credHelpers\":{\"quay.io\":\"one\"},\"auths\":{"
                + "\"quay.io/team\":{\"auth\":\"Ym9iOnB3\"}}}");

    assertThat(user(credentials, "team/app")).contains("one");
    assertThat(user(credentials, "other/app")).contains("one");
    assertThat(asked()).isEqualTo("get quay.io \n");
  }

  @Test
  void a_helper_for_a_part_of_a_registry_is_never_started() throws Exception {
    program("one", answer("one", "pw"));
    Credentials credentials = load("{\"credHelpers\":{\"quay.io/team\":\"one\"}}");

    assertThat(user(credentials, "team")).isEmpty();
    assertThat(user(credentials, "team/app")).isEmpty();
    assertThat(home.resolve("asked")).doesNotExist();
  }

  @Test
  void a_store_is_asked_by_host_and_not_for_what_an_entry_for_a_part_covers() throws Exception {
    program("all", answer("all", "pw"));
    Credentials credentials =
        load("{\"credsStore\":\"all\",\"auths\":{\"quay.io/team\":{\"auth\":\"Ym9iOnB3\"}}}");

    assertThat(user(credentials, "team/app")).contains("bob");
    assertThat(home.resolve("asked")).doesNotExist();
    assertThat(user(credentials, "other/app")).contains("all");
    assertThat(user(credentials, "more/app")).contains("all");
    assertThat(asked()).isEqualTo("get quay.io \n");
  }
}
