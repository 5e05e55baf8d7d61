package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ImageTree;
import io.imagetools.testing.Programs;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryRequest;
import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job on nothing but real parts: two registries, skopeo and buildx, a broker; looked at by
 * a reader of the registry API that shares no code with the program.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MirrorProofTest {
  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  private final List<PushedImage> corpus = new ArrayList<>();

  @TempDir Path folder;

  @BeforeAll
  void start() {
    Programs.require("skopeo");
    Programs.require("docker-buildx");
    source.start();
    destination.start();
    ImageCorpus images = new ImageCorpus(source);
    corpus.add(images.dockerList("kinds/docker-list", "1"));
    corpus.add(images.ociIndex("kinds/oci-index", "1"));
    corpus.add(images.ociIndexWithAttestations("kinds/attested", "1"));
    corpus.add(images.dockerListOfFour("kinds/four-docker", "1"));
    corpus.add(images.ociIndexOfFour("kinds/four-oci", "1"));
    corpus.add(images.windowsAndLinux("kinds/windows", "1"));
    corpus.add(images.indexWithoutMediaType("kinds/no-media-type", "1"));
    corpus.add(images.mixedIndex("kinds/mixed", "1"));
    corpus.add(images.annotatedIndex("kinds/annotated", "1"));
    corpus.add(images.dockerImage("kinds/docker-image", "1"));
    corpus.add(images.ociImage("kinds/oci-image", "1"));
  }

  @AfterAll
  void stop() {
    source.close();
    destination.close();
  }

  private String insecure() {
    return "--insecure-registry=" + source.host() + "," + destination.host();
  }

  private ImageTree at(RegistryServer server, String repository) {
    return new RegistryReader(server).read(repository, "1");
  }

  private Path list(String below) throws IOException {
    String lines =
        corpus.stream()
            .map(image -> line(image, below))
            .collect(Collectors.joining("\n", "# the corpus\n\n", "\n"));
    return Files.writeString(folder.resolve("list.txt"), lines);
  }

  private String line(PushedImage image, String below) {
    return image.host()
        + "/"
        + image.repository()
        + " "
        + destination.host()
        + "/"
        + below
        + image.repository()
        + " "
        + image.tag();
  }

  private CommandRun mirror(Path list, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("mirror", "-f", list.toString(), insecure(), "--attempts=2"));
    arguments.addAll(List.of("--backoff=100ms", "-o", failedList().toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private Path failedList() {
    return folder.resolve("mirror-failed.txt");
  }

  @Test
  void every_kind_of_image_arrives_as_it_was_and_the_second_time_nothing_moves() throws Exception {
    Path list = list("all/");

    CommandRun first = mirror(list, "-a", "all", "-j", "8");

    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).as("whoever has ended gives nothing back").doesNotContain("given back");
    assertThat(failedList()).doesNotExist();
    for (PushedImage image : corpus) {
      assertThat(at(destination, "all/" + image.repository()))
          .as(image.reference())
          .isEqualTo(at(source, image.repository()));
    }

    int seen = destination.requests().size();
    Path calls = folder.resolve("calls");
    CommandRun second =
        mirror(list, "-a", "all", "-j", "8", "--skopeo", recording("skopeo", calls).toString());

    assertThat(second.status()).as(second.err()).isZero();
    assertThat(second.err())
        .as("whoever has ended gives nothing back")
        .doesNotContain("given back");
    assertThat(second.err()).contains("0 mirrored, " + corpus.size() + " there already");
    List<RegistryRequest> requests = destination.requests();
    assertThat(requests.subList(seen, requests.size()))
        .extracting(RegistryRequest::method)
        .containsOnly("HEAD", "GET");
    assertThat(requests.subList(seen, requests.size()))
        .filteredOn(request -> request.path().contains("/manifests/"))
        .extracting(RegistryRequest::method)
        .hasSize(corpus.size())
        .containsOnly("HEAD");
    assertThat(Files.readString(calls)).doesNotContain("copy");
  }

  @Test
  void a_selection_keeps_kind_and_descriptors_and_grows_by_later_selections() throws Exception {
    PushedImage image = corpus.get(4);
    Path list = Files.writeString(folder.resolve("list.txt"), line(image, "some/") + "\n");
    ImageTree whole = at(source, image.repository());

    CommandRun first = mirror(list, "-a", "arm/v7");

    assertThat(first.status()).as(first.err()).isZero();
    ImageTree some = at(destination, "some/" + image.repository());
    assertThat(some.mediaType()).isEqualTo(whole.mediaType());
    assertThat(some.children()).containsExactly(whole.children().get(2));

    CommandRun second = mirror(list, "-a", "amd64");

    assertThat(second.status()).as(second.err()).isZero();
    assertThat(at(destination, "some/" + image.repository()).children())
        .containsExactly(whole.children().get(0), whole.children().get(2));

    CommandRun third = mirror(list, "-a", "amd64", "--overwrite");

    assertThat(third.status()).as(third.err()).isZero();
    assertThat(at(destination, "some/" + image.repository()).children())
        .containsExactly(whole.children().get(0));
  }

  @Test
  void windows_images_keep_their_versions_and_attestations_follow_their_image() throws Exception {
    PushedImage windows = corpus.get(5);
    PushedImage attested = corpus.get(2);
    Path list =
        Files.writeString(
            folder.resolve("list.txt"), line(windows, "w/") + "\n" + line(attested, "w/") + "\n");

    CommandRun run = mirror(list, "-a", "windows/amd64,linux/arm64", "-j", "2");

    assertThat(run.status()).as(run.err()).isZero();
    ImageTree wholeWindows = at(source, windows.repository());
    assertThat(at(destination, "w/" + windows.repository()).children())
        .containsExactly(wholeWindows.children().get(1), wholeWindows.children().get(2));
    ImageTree some = at(destination, "w/" + attested.repository());
    assertThat(some.children()).hasSize(2);
    assertThat(some.children().get(0).platform()).contains("arm64");
    assertThat(some.children().get(1).platform()).contains("unknown");
  }

  @Test
  void the_failed_list_is_exact_and_leaves_nothing_once_the_causes_are_mended() throws Exception {
    try (RegistryServer locked = new RegistryServer().withBasicAuth("reader", "pass word")) {
      locked.start();
      PushedImage secret = new ImageCorpus(locked).dockerList("secret/app", "2");
      String missing = source.host() + "/late/app " + destination.host() + "/f/late/app 1";
      String forbidden = locked.host() + "/secret/app " + destination.host() + "/f/secret/app 2";
      String broken = brokenLine();
      Path list =
          Files.writeString(
              folder.resolve("list.txt"),
              String.join(
                  "\n",
                  line(corpus.get(0), "f/"),
                  missing,
                  "four fields are wrong",
                  "",
                  forbidden,
                  line(corpus.get(9), "f/"),
                  broken,
                  "# end"));

      CommandRun run = mirror(list, "-j", "4", "--insecure-registry=" + locked.host());

      assertThat(run.status()).as(run.err()).isEqualTo(1);
      assertThat(Files.readAllLines(failedList()))
          .containsExactly(missing, "four fields are wrong", forbidden, broken);
      assertThat(run.err())
          .contains("SOURCE_NOT_FOUND", "UNAUTHORIZED", "skopeo login " + locked.host());
      assertThat(new RegistryReader(destination).digest("f/broken/app", "1")).isEmpty();

      new ImageCorpus(source).dockerList("late/app", "1");
      new ImageCorpus(source).withSeed(2).dockerList("broken/app", "1");
      Files.writeString(
          failedList(), Files.readString(failedList()).replace("four fields are wrong\n", ""));
      Path auth = authFile(locked.host(), "reader", "pass word");
      CommandRun again =
          CommandRun.with(
              Map.of("REGISTRY_AUTH_FILE", auth.toString()),
              "",
              "mirror",
              "-f",
              failedList().toString(),
              "-o",
              failedList().toString(),
              insecure() + "," + locked.host());

      assertThat(again.status()).as(again.err()).isZero();
      assertThat(failedList()).doesNotExist();
      assertThat(new RegistryReader(destination).digest("f/secret/app", "2"))
          .contains(secret.digest());
      assertThat(run.err() + again.err()).doesNotContain("pass word");
    }
  }

  private String brokenLine() {
    new ImageCorpus(source).brokenIndex(source, "broken/app", "1");
    return source.host() + "/broken/app " + destination.host() + "/f/broken/app 1";
  }

  private Path authFile(String host, String user, String password) throws IOException {
    String login =
        java.util.Base64.getEncoder()
            .encodeToString(
                (user + ":" + password).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return Files.writeString(
        folder.resolve("auth.json"), "{\"auths\":{\"" + host + "\":{\"auth\":\"" + login + "\"}}}");
  }

  /** A program that writes down what it is called with and then is the real one. */
  private Path recording(String program, Path calls) throws IOException {
    Path script = folder.resolve(program + "-recording");
    Files.writeString(
        script,
        "#!/bin/sh\necho \"$@\" >> '"
            + calls
            + "'\nexec '"
            + Programs.require(program)
            + "' \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  @Test
  void a_report_says_what_became_of_each_job() throws Exception {
    Path report = folder.resolve("report.json");
    Path list =
        Files.writeString(folder.resolve("list.txt"), line(corpus.get(0), "r/") + "\nx y z q");

    CommandRun run = mirror(list, "--report", report.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(Files.readString(report))
        .contains("\"outcome\":\"MIRRORED\"")
        .contains("\"destinationDigest\":\"" + corpus.get(0).digest() + "\"")
        .contains("\"rejectedLines\":[{\"line\":2,\"text\":\"x y z q\"");
  }
}
