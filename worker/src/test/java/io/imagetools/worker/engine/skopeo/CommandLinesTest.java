package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Registry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLinesTest {

  private static final Digest DIGEST = Digest.sha256("content");
  private static final ImageReference SOURCE =
      ImageReference.parse("source.example/team/app:1.0").at(DIGEST);
  private static final ImageReference DESTINATION =
      ImageReference.parse("127.0.0.1:5000/mirror/team/app:1.0");
  private static final Access ANONYMOUS = new Access(null, false);
  private static final Access LOGIN = new Access("/dev/stdin", false);
  private static final Access INSECURE = new Access("/dev/stdin", true);

  private static Map<String, List<String>> commandLines() {
    SkopeoCommand skopeo = new SkopeoCommand("/usr/bin/skopeo", false);
    SkopeoCommand bare = new SkopeoCommand("/usr/bin/skopeo", true);
    BuildxCommand buildx = new BuildxCommand("/usr/libexec/docker/cli-plugins/docker-buildx");
    Path folder = Path.of("/var/tmp/image-tools-1");
    ImageReference child = DESTINATION.at(DIGEST);
    ImageReference hub = ImageReference.parse("alpine:3.20");
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put("one image", skopeo.copyOne(SOURCE, ANONYMOUS, DESTINATION, LOGIN));
    all.put("one child, without a tag", skopeo.copyOne(SOURCE, LOGIN, child, INSECURE));
    all.put("from Docker Hub", skopeo.copyOne(hub, ANONYMOUS, DESTINATION, ANONYMOUS));
    all.put("a whole index", skopeo.copyAll(SOURCE, INSECURE, DESTINATION, LOGIN));
    all.put("without a policy.json", bare.copyAll(SOURCE, ANONYMOUS, DESTINATION, ANONYMOUS));
    all.put(
        "the bytes of an index", skopeo.pushIndex(folder.resolve("index"), DESTINATION, INSECURE));
    all.put(
        "an index of descriptors",
        buildx.create(DESTINATION, List.of(folder.resolve("0.json"), folder.resolve("1.json"))));
    return all;
  }

  @Test
  void are_what_the_golden_file_has() throws IOException {
    String actual =
        commandLines().entrySet().stream()
            .map(entry -> "# " + entry.getKey() + "\n" + String.join("\n", entry.getValue()))
            .collect(Collectors.joining("\n\n", "", "\n"));

    try (InputStream in = CommandLinesTest.class.getResourceAsStream("command-lines.txt")) {
      assertThat(in).isNotNull();
      assertThat(actual).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /**
   * Only what begins with two dashes in the golden file is an option; no operand can become one.
   */
  @Test
  void no_operand_begins_with_a_dash() {
    for (List<String> argv : commandLines().values()) {
      assertThat(argv).allMatch(argument -> !argument.startsWith("-") || argument.startsWith("--"));
      assertThat(argv).noneMatch(argument -> argument.matches("--(src|dest)-creds.*"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-x/app:1",
        "--debug",
        "r.example/--all:1",
        "r.example/a;id:1",
        "r.example/$(id):1",
        "r.example/a b:1",
        "r.example/a:-1",
        "r.example/a:1 --dest-creds=x",
        "r.example/../a:1",
        "r.example/a\n:1"
      })
  void what_could_be_read_as_something_else_is_no_reference(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(InvalidReferenceException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "r.example, false, true",
    "r.example:5000, true, false",
    "127.0.0.1:5000, true, true",
    "localhost, true, true",
    "127.0.0.1.example, true, false",
    "localhost.example:80, true, false",
  })
  void buildx_is_not_sent_where_it_can_not_go(String host, boolean insecure, boolean reaches) {
    assertThat(BuildxCommand.canReach(new Registry(host), insecure)).isEqualTo(reaches);
  }
}
