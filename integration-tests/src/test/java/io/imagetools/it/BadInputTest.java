package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad input gets: a sentence that says what to do, the right status, nothing lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String NOBODY = "127.0.0.1:1";

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();

  @TempDir Path folder;

  @BeforeAll
  void start() {
    source.start();
    destination.start();
    new ImageCorpus(source).dockerList("good/app", "1");
  }

  @AfterAll
  void stop() {
    source.close();
    destination.close();
  }

  private Path list(String... lines) throws IOException {
    return Files.writeString(folder.resolve("list.txt"), String.join("\n", lines) + "\n");
  }

  private String good(String name) {
    return source.host() + "/good/app " + destination.host() + "/" + name + " 1";
  }

  private CommandRun mirror(Map<String, String> environment, Path list, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("mirror", "-f", list.toString(), "-o", failed().toString()));
    arguments.addAll(List.of("--attempts=1", "--progress=none"));
    arguments.addAll(List.of(more));
    return CommandRun.with(environment, "", arguments.toArray(String[]::new));
  }

  private Path failed() {
    return folder.resolve("mirror-failed.txt");
  }

  private String insecure(String... more) {
    return "--insecure-registry="
        + source.host()
        + ","
        + destination.host()
        + (more.length == 0 ? "" : "," + String.join(",", more));
  }

  @Test
  void a_list_that_is_not_there() {
    CommandRun run = mirror(Map.of(), folder.resolve("no-list.txt"));

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .contains(
            "no-list.txt can't be read: there is no such file",
            "Give the path of one that is there",
            "Nothing was mirrored");
    assertThat(failed()).doesNotExist();
  }

  /** As after {@code curl -f … |}, or {@code echo "$LIST" |} with no such variable. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\uFEFF", " \r\n\t\r\n"})
  void a_list_that_is_empty(String content) throws IOException {
    Path old = Files.writeString(failed(), "a h.io/a 1\n");
    Path list = Files.writeString(folder.resolve("empty.txt"), content);
    String[] output = {"-o", old.toString(), "-d", NOBODY};
    String[] cluster = {"--bootstrap-server", NOBODY, "-d", NOBODY};

    List<CommandRun> all =
        List.of(
            CommandRun.of(with(output, "mirror", "-f", list.toString())),
            CommandRun.with(Map.of(), content, with(output, "mirror")),
            CommandRun.with(Map.of(), content, with(output, "mirror", "-f", "-")),
            CommandRun.with(Map.of(), content, with(cluster, "mirror", "-o", old.toString())),
            CommandRun.of(with(cluster, "enqueue", "-f", list.toString())),
            CommandRun.with(Map.of(), content, with(cluster, "enqueue")),
            CommandRun.of("plan", "-f", list.toString()),
            CommandRun.of(with(output, "mirror", "--dry-run", "-f", list.toString())));

    assertThat(all)
        .allSatisfy(
            run -> {
              assertThat(run.status()).as(run.err()).isEqualTo(3);
              assertThat(run.err())
                  .containsPattern("The image list (on standard input|.*empty.txt) is empty")
                  .contains("Nothing was mirrored");
              assertThat(run.out()).isEmpty();
            });
    assertThat(old).hasContent("a h.io/a 1");
  }

  private static String[] with(String[] last, String... first) {
    return Stream.of(first, last).flatMap(Stream::of).toArray(String[]::new);
  }

  @Test
  void a_list_of_comments_is_all_mirrored_with_a_warning() throws IOException {
    CommandRun run = mirror(Map.of(), list("# good/app 1", "", "// later"), insecure());

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("[WARN]", "The list names no image");
    assertThat(failed()).doesNotExist();
  }

  @Test
  void an_output_that_is_a_folder() throws IOException {
    CommandRun run =
        CommandRun.of("mirror", "-f", list(good("x")).toString(), "-o", folder.toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("is a directory", "Nothing was started");
  }

  @Test
  void an_output_that_cannot_be_written() throws IOException {
    String nowhere = folder.resolve("no/such/folder/failed.txt").toString();

    CommandRun run = CommandRun.of("mirror", "-f", list(good("x")).toString(), "-o", nowhere);

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("can't be written", "Nothing was started");
  }

  @Test
  void an_unknown_flag() {
    CommandRun run = CommandRun.of("mirror", "--fiel", "x");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--fiel", "--file", "Try 'image-tools mirror --help'");
  }

  @Test
  void a_bad_platform() throws IOException {
    CommandRun run = mirror(Map.of(), list(good("x")), "-a", "amd64,linux/a/b/c");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("-a: 'linux/a/b/c' is not a platform");
  }

  @Test
  void a_registry_that_is_down_while_the_other_images_arrive() throws IOException {
    String down = NOBODY + "/good/app " + destination.host() + "/down 1";

    CommandRun run = mirror(Map.of(), list(down, good("beside-down")), insecure(), "-j", "2");

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(Files.readString(failed())).isEqualTo(down + "\n");
    assertThat(run.err()).contains("nothing listens at " + NOBODY, "1 x NETWORK");
    assertThat(new RegistryReader(destination).digest("beside-down", "1")).isPresent();
  }

  @Test
  void a_missing_tag_and_a_missing_platform_while_the_other_images_arrive() throws IOException {
    new ImageCorpus(source).dockerImage("good/single", "1");
    String tag = source.host() + "/good/app " + destination.host() + "/missing-tag 99";
    String platform = source.host() + "/good/single " + destination.host() + "/platform 1";

    CommandRun run =
        mirror(Map.of(), list(tag, good("beside-missing"), platform), insecure(), "-a", "arm64");

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(Files.readString(failed())).isEqualTo(tag + "\n" + platform + "\n");
    assertThat(run.err()).contains("SOURCE_NOT_FOUND", "PLATFORM_NOT_FOUND", "linux/amd64");
    assertThat(new RegistryReader(destination).digest("beside-missing", "1")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "skopeo"})
  void a_broken_manifest_while_the_other_images_arrive(String engine) throws IOException {
    String type = "application/vnd.oci.image.index.v1+json";
    Fault garbage = Fault.answer(200, type, "{\"schemaVersion\": 2, \"manifests\": [{\"dig");
    try (FaultyProxy broken = new FaultyProxy(source)) {
      broken.always("HEAD", "/broken/app/manifests/", garbage);
      broken.always("GET", "/broken/app/manifests/", garbage);
      String bad = broken.host() + "/broken/app " + destination.host() + "/broken 1";
      String before = good("before-broken-" + engine);
      String after = good("after-broken-" + engine);

      CommandRun run =
          mirror(Map.of(), list(before, bad, after), insecure(broken.host()), "--engine", engine);

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(Files.readString(failed())).isEqualTo(bad + "\n");
      assertThat(run.err())
          .contains(
              bad.substring(0, bad.indexOf(' ')),
              "can't be mirrored: it is no JSON",
              "1 x UNSUPPORTED_MEDIA_TYPE");
    }
    RegistryReader reader = new RegistryReader(destination);
    assertThat(reader.digest("before-broken-" + engine, "1")).isPresent();
    assertThat(reader.digest("after-broken-" + engine, "1")).isPresent();
    assertThat(reader.tags("broken")).isEmpty();
  }

  @Test
  void a_registry_without_tls_that_nobody_named() throws IOException {
    CommandRun run = mirror(Map.of(), list(good("x")), "--insecure-registry=" + source.host());

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err())
        .contains("speaks plain http", "--insecure-registry " + destination.host());
  }

  @Test
  void a_destination_that_wants_a_login() throws IOException {
    try (RegistryServer locked = new RegistryServer().withBasicAuth("writer", "open sesame")) {
      locked.start();
      Path list = list(source.host() + "/good/app " + locked.host() + "/app 1");
      String insecure = insecure(locked.host());

      CommandRun without = mirror(Map.of("HOME", folder.toString()), list, insecure);
      CommandRun wrong = mirror(login("writer", "guess"), list, insecure);
      CommandRun right = mirror(login("writer", "open sesame"), list, insecure);

      assertThat(without.status()).as(without.err()).isEqualTo(3);
      assertThat(without.err()).contains("DOCKER_USERNAME and DOCKER_PASSWORD", locked.host());
      assertThat(wrong.status()).as(wrong.err()).isEqualTo(3);
      assertThat(wrong.err()).contains("does not accept the user name and password");
      assertThat(wrong.err()).doesNotContain("guess");
      assertThat(right.status()).as(right.err()).isZero();
      assertThat(right.err() + right.out()).doesNotContain("open sesame");
      assertThat(new RegistryReader(locked).digest("app", "1")).isPresent();
    }
  }

  @Test
  void a_destination_that_there_is_a_login_for_a_part_of() throws IOException {
    try (RegistryServer locked = new RegistryServer().withBasicAuth("writer", "open sesame")) {
      locked.start();
      Path list = list(source.host() + "/good/app " + locked.host() + "/app 1");
      String insecure = insecure(locked.host());

      CommandRun other = mirror(auths(locked.host() + "/other", "open sesame"), list, insecure);
      CommandRun wrong = mirror(auths(locked.host() + "/app", "guess"), list, insecure);
      CommandRun right = mirror(auths(locked.host() + "/app", "open sesame"), list, insecure);

      assertThat(other.status()).as(other.err()).isEqualTo(3);
      assertThat(other.err()).contains("wants a login, and there is none for " + locked.host());
      assertThat(wrong.status()).as(wrong.err()).isEqualTo(1);
      assertThat(wrong.err()).contains("auth.json for " + locked.host() + "/app");
      assertThat(wrong.err()).doesNotContain("guess");
      assertThat(right.status()).as(right.err()).isZero();
      assertThat(new RegistryReader(locked).digest("app", "1")).isPresent();
    }
  }

  @Test
  void a_destination_is_asked_once_for_each_login_and_not_for_each_image() throws IOException {
    try (RegistryServer locked = new RegistryServer().withBasicAuth("writer", "open sesame")) {
      locked.start();
      String image = source.host() + "/good/app " + locked.host();
      Path list = list(image + "/app/one 1", image + "/app/two 1", image + "/team/three 1");
      Map<String, String> environment =
          auths(Map.of(locked.host() + "/app", "open sesame", locked.host() + "/team", "guess"));

      CommandRun run = mirror(environment, list, insecure(locked.host()), "--engine=registry");

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(Files.readString(failed())).isEqualTo(image + "/team/three 1\n");
      assertThat(locked.requests()).filteredOn(request -> request.path().equals("/v2/")).hasSize(4);
    }
  }

  private Map<String, String> auths(String key, String password) throws IOException {
    return auths(Map.of(key, password));
  }

  private Map<String, String> auths(Map<String, String> passwords) throws IOException {
    StringJoiner entries = new StringJoiner(",", "{\"auths\":{", "}}");
    passwords.forEach(
        (key, password) ->
            entries.add(
                "\"%s\":{\"username\":\"writer\",\"password\":\"%s\"}".formatted(key, password)));
    Path file = Files.writeString(folder.resolve("auth.json"), entries.toString());
    return Map.of("HOME", folder.toString(), "REGISTRY_AUTH_FILE", file.toString());
  }

  private Map<String, String> login(String user, String password) {
    return Map.of("HOME", folder.toString(), "DOCKER_USERNAME", user, "DOCKER_PASSWORD", password);
  }

  @Test
  void a_destination_that_takes_nothing() throws IOException {
    try (RegistryServer readOnly = new RegistryServer().readOnly()) {
      readOnly.start();
      String line = source.host() + "/good/app " + readOnly.host() + "/app 1";

      CommandRun run = mirror(Map.of(), list(line), insecure(readOnly.host()));

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(Files.readString(failed())).isEqualTo(line + "\n");
    }
  }

  @Test
  void no_skopeo_on_this_machine() throws IOException {
    CommandRun run =
        mirror(Map.of("PATH", "/nowhere"), list(good("x")), insecure(), "--engine", "skopeo");

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("skopeo was not found", "install");
  }

  @Test
  void a_broker_that_is_not_there() throws IOException {
    Path config = Files.writeString(folder.resolve("client.properties"), TIMEOUTS);

    CommandRun run =
        CommandRun.of(
            "enqueue",
            "-f",
            list(good("x")).toString(),
            "--bootstrap-server",
            NOBODY,
            "--command-config",
            config.toString());

    assertThat(run.status()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("no broker answered in time", "--bootstrap-server");
  }

  private static final String TIMEOUTS = "request.timeout.ms=1000\ndefault.api.timeout.ms=2000\n";

  @Test
  void options_of_copying_together_with_a_cluster() throws IOException {
    CommandRun run =
        CommandRun.of(
            "mirror", "-f", "" + list(good("x")), insecure(), "--bootstrap-server", NOBODY);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("give --insecure-registry to 'image-tools worker'");
  }

  @Test
  void more_jobs_than_allowed_are_bounded_with_a_warning() throws IOException {
    CommandRun run = mirror(Map.of(), list(good("bounded")), insecure(), "-j", "99");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("-j 99 is outside of 1..20; going on with 20");
  }
}
