package io.imagetools.common.imagelist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageListParserTest {
  private static final String SHA =
      "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nginx h.io/nginx 1.25 | docker.io/library/nginx:1.25 | h.io/nginx:1.25",
        "r.io:5000/a/b h.io/p/b v1 | r.io:5000/a/b:v1 | h.io/p/b:v1",
        "'  a/b \t\t c/d   v1\t ' | docker.io/a/b:v1 | docker.io/c/d:v1",
        "a/b:1 h.io/b:2 | docker.io/a/b:1 | h.io/b:2",
        "a/b:1 h.io/b | docker.io/a/b:1 | h.io/b:latest",
        "a/b h.io/b:2 | docker.io/a/b:latest | h.io/b:2",
        "localhost/a [::1]:5000/a | localhost/a:latest | [::1]:5000/a:latest",
      })
  void reads_source_and_destination(String line, String source, String destination) {
    assertThat(shown(entry(line).source())).isEqualTo(source);
    assertThat(shown(entry(line).destination())).isEqualTo(destination);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tools/agent:v0.8.0 | docker.io/tools/agent:v0.8.0",
        "alpine | docker.io/library/alpine:latest",
        "q.io/some/server:RELEASE.2023-06-28T21-54-17Z | q.io/some/server:RELEASE.2023-06-28T21-54-17Z",
        "'d.io/logs/shipper:main-e2ed1c0  ' | d.io/logs/shipper:main-e2ed1c0",
        "registry.k8s.io/pause:3.9 | registry.k8s.io/pause:3.9",
      })
  void reads_the_form_of_release_lists(String line, String source) {
    assertThat(shown(entry(line).source())).isEqualTo(source);
    assertThat(entry(line).destination()).isNull();
  }

  @Test
  void a_digest_pins_the_source_in_one_and_two_fields() {
    assertThat(shown(entry("k.io/in/controller:v1.8.2@" + SHA).source()))
        .isEqualTo("k.io/in/controller:v1.8.2@" + SHA);
    assertThat(shown(entry("a/b@" + SHA + " h.io/b").source())).isEqualTo("docker.io/a/b@" + SHA);
    assertThat(shown(entry("a/b@" + SHA + " h.io/b").destination())).isEqualTo("h.io/b:latest");
  }

  @ParameterizedTest
  @CsvSource({
    "nginx,nginx",
    "docker.io/nginx:1,nginx",
    "docker.io/library/nginx,library/nginx",
    "index.docker.io/nginx:1,nginx",
    "index.docker.io/library/nginx,library/nginx",
    "library/nginx,library/nginx",
    "r.io/a/b:2,a/b",
    "localhost:5000/x,x",
  })
  void keeps_the_path_as_it_was_written(String line, String path) {
    assertThat(entry(line).source().path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "\t", " \t \r"})
  void ignores_blank_lines(String line) {
    assertThat(ImageListParser.parse(1, line)).isInstanceOf(ListLine.Blank.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"# a", "#", "  # three fields here", "\t// x y", "//x"})
  void knows_comments_after_blanks_too(String line) {
    assertThat(ImageListParser.parse(1, line)).isInstanceOf(ListLine.Comment.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a:1 h.io/a 1 | take tag and digest off",
        "a h.io/a:1 1 | take tag and digest off",
        "a@sha256:00 h.io/a 1 | take tag and digest off",
        "a h.io/a@sha256:00 | take the digest off the second field",
        "a b c d | It has 4 fields",
        "a h.io/a 1 # why | A comment stands on a line of its own",
        "a // why | A comment stands on a line of its own",
        "a h.io/a sha256:00 | is not a tag",
        "a:tag:tag h.io/a | is not a tag",
        "A/b:1 | lower case letters",
        "--tls-verify=false h.io/a 1 | is not a repository name",
        "a --all 1 | is not a repository name",
        "a h.io/a -1 | is not a tag",
        "docker://a/b:1 h.io/b | without 'docker://'",
        "a/b:1 h.io\u00a0/b | U+00A0",
        "a@sha512:00 | is not a sha256 or sha512 digest",
        "a; rm -rf x | It has 4 fields",
        "$(id) h.io/a 1 | is not a repository name",
        "../../etc/passwd | is not a re",
      })
  void says_what_is_wrong_with_a_line(String line, String reason) {
    assertThat(malformed(ImageListParser.parse(7, line)).reason()).contains(reason).endsWith(".");
    assertThat(malformed(ImageListParser.parse(7, line)).number()).isEqualTo(7);
    assertThat(malformed(ImageListParser.parse(7, line)).text()).isEqualTo(line);
  }

  @Test
  void a_digest_alone_does_not_say_which_tag_to_write() {
    assertThat(malformed(ImageListParser.parse(1, "a/b@" + SHA)).reason())
        .contains("nothing says which tag to write");
  }

  @Test
  void takes_byte_order_marks_and_either_line_end() throws IOException {
    List<ListLine> lines = read("\uFEFFa:1\r\nb:1\n\uFEFF# joined\r\n\r\nc:1", UTF_8);

    assertThat(lines)
        .extracting(ListLine::text)
        .containsExactly("a:1", "b:1", "# joined", "", "c:1");
    assertThat(lines).extracting(ListLine::number).containsExactly(1, 2, 3, 4, 5);
    assertThat(lines).noneMatch(ListLine.Malformed.class::isInstance);
  }

  @Test
  void an_empty_list_has_no_lines_and_a_last_line_end_adds_none() throws IOException {
    assertThat(read("", UTF_8)).isEmpty();
    assertThat(read("a\n", UTF_8)).hasSize(1);
    assertThat(read("a\n\n", UTF_8)).hasSize(2);
  }

  @Test
  void another_encoding_spoils_its_line_only_and_no_comment() throws IOException {
    List<ListLine> lines = read("a:1\nb\u00fc:1\n# f\u00fcr\nc:1\n", ISO_8859_1);

    assertThat(malformed(lines.get(1)).reason()).contains("not UTF-8");
    assertThat(lines.get(2)).isInstanceOf(ListLine.Comment.class);
    assertThat(lines.get(3)).isInstanceOf(ListLine.Entry.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r"})
  void the_longest_line_is_still_read(String end) throws IOException {
    String longest = "a:1" + " ".repeat(ImageListParser.MAX_LINE_BYTES - 3);

    assertThat(read(longest + end + "\nb:1", UTF_8)).hasOnlyElementsOfType(ListLine.Entry.class);
    assertThat(ImageListParser.parse(1, longest + end)).isInstanceOf(ListLine.Entry.class);
  }

  @Test
  void a_longer_line_is_malformed_whole_and_ends_nothing() throws IOException {
    String tooLong = "a:1" + " ".repeat(ImageListParser.MAX_LINE_BYTES - 2);

    List<ListLine> lines = read(tooLong + "\nb:1\n", UTF_8);

    assertThat(lines).hasSize(2);
    assertThat(malformed(lines.get(0)).reason()).contains("longer than 65536 bytes");
    assertThat(lines.get(0).text()).isEqualTo(tooLong);
    assertThat(lines.get(1)).isInstanceOf(ListLine.Entry.class);
    assertThat(ImageListParser.parse(1, tooLong)).isInstanceOf(ListLine.Malformed.class);
  }

  @Test
  void of_an_endless_line_only_the_beginning_is_kept() throws IOException {
    List<ListLine> lines = read("x".repeat(5_000_000) + "\nb:1", UTF_8);

    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).text()).hasSize(ImageListParser.MAX_KEPT_BYTES);
    assertThat(malformed(lines.get(0)).reason()).contains("only its beginning is kept");
    assertThat(lines.get(1)).isInstanceOf(ListLine.Entry.class);
  }

  @Test
  void what_is_kept_of_a_binary_file_fits_into_a_record() throws IOException {
    List<ListLine> lines = read("\0".repeat(2_000_000), UTF_8);

    assertThat(lines.get(0).text().length() * "\\u0000".length())
        .isLessThanOrEqualTo(ImageListParser.MAX_KEPT_BYTES);
  }

  private static ListLine.Entry entry(String line) {
    ListLine parsed = ImageListParser.parse(1, line);
    assertThat(parsed).isInstanceOf(ListLine.Entry.class);
    return (ListLine.Entry) parsed;
  }

  private static ListLine.Malformed malformed(ListLine line) {
    assertThat(line).isInstanceOf(ListLine.Malformed.class);
    return (ListLine.Malformed) line;
  }

  private static String shown(@Nullable WrittenImage image) {
    return Objects.requireNonNull(image).reference().toString();
  }

  private static List<ListLine> read(String text, Charset charset) throws IOException {
    return ImageListParser.read(new ByteArrayInputStream(text.getBytes(charset)));
  }
}
