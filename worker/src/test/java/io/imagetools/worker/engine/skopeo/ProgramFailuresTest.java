package io.imagetools.worker.engine.skopeo;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProgramFailuresTest {

  record Recorded(String name, FailureKind kind, Optional<Side> side, String text) {
    static Recorded parse(String block) {
      String[] parts = block.split("\n", 2);
      String[] head = parts[0].split(" \\| ", -1);
      String name = head[0] + " (" + head[1] + ")";
      Optional<Side> side =
          head[3].equals("NONE") ? Optional.empty() : Optional.of(Side.valueOf(head[3]));
      return new Recorded(name, FailureKind.valueOf(head[2]), side, parts[1]);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Recorded> recorded() throws IOException {
    try (InputStream in = ProgramFailuresTest.class.getResourceAsStream("recorded-failures.txt")) {
      assertThat(in).isNotNull();
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(all.split("(?m)^=== ", -1))
          .filter(block -> !block.isBlank())
          .map(Recorded::parse);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void a_recorded_message_has_its_kind_and_its_side(Recorded recorded) {
    ProgramFailures.Verdict verdict = ProgramFailures.classify(recorded.text(), 1);

    assertThat(verdict.kind()).as(verdict.message()).isEqualTo(recorded.kind());
    assertThat(verdict.side()).as(verdict.message()).isEqualTo(recorded.side());
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void a_message_is_the_programs_words_without_what_it_wraps_them_in(Recorded recorded) {
    String message = ProgramFailures.classify(recorded.text(), 1).message();

    assertThat(message)
        .isNotBlank()
        .doesNotContain("level=", "msg=", "_state=", "\n", "ERROR:")
        .hasSizeLessThanOrEqualTo(ProgramFailures.MAX_MESSAGE + 1);
  }

  /** A name is chosen by whoever writes the list; it must not decide what a failure means. */
  @ParameterizedTest
  @CsvSource({
    "r.example/denied/toomanyrequests, NETWORK",
    "r.example/x509/no-space-left, NETWORK",
    "r.example:5000/a429/b404, NETWORK",
  })
  void a_repository_name_is_not_taken_for_a_reason(String name, FailureKind kind) {
    String text =
        "time=\"2024-01-01T00:00:00Z\" level=fatal msg=\"initializing source docker://"
            + name
            + ":429: reading manifest 404 in "
            + name
            + ": dial tcp 192.0.2.1:443: connect: connection refused\"";

    assertThat(ProgramFailures.classify(text, 1).kind()).isEqualTo(kind);
  }

  /** Skopeo says how it came to give a layer up, in numbers of any size. */
  @Test
  void how_often_a_layer_was_begun_is_not_taken_for_a_status() {
    String text =
        "time=\"x\" level=fatal msg=\"writing blob: happened during read: (heuristic tuning data:"
            + " last retry 404, current offset 401; 429.5 ms total, 403.1 ms since progress):"
            + " unexpected EOF\"";

    assertThat(ProgramFailures.classify(text, 1).kind()).isEqualTo(FailureKind.NETWORK);
  }

  @ParameterizedTest
  @CsvSource({
    "no space left on device, WORKER_RESOURCES",
    "write /var/tmp/x: disk quota exceeded, WORKER_RESOURCES",
    "fork/exec: cannot allocate memory, WORKER_RESOURCES",
    "something nobody has seen, ENGINE_DEFECT",
    "Source image rejected: something nobody has seen, DENIED",
    "Source image rejected: dial tcp: connect: connection refused, NETWORK",
    "Source image rejected: Running image docker://r.example/toomanyrequests:1 is rejected, DENIED",
    "http: server closed idle connection, NETWORK",
    "local error: tls: bad record MAC, NETWORK",
    "tls: first record does not look like a TLS handshake, UNTRUSTED",
    "remote error: tls: expired certificate, UNTRUSTED",
    "Requesting bearer token: invalid status code from registry 520 (), REGISTRY_UNAVAILABLE",
  })
  void words_without_a_registry_blame_none(String words, FailureKind kind) {
    ProgramFailures.Verdict verdict =
        ProgramFailures.classify("time=\"x\" level=fatal msg=\"" + words + "\"", 1);

    assertThat(verdict.kind()).isEqualTo(kind);
    assertThat(verdict.side()).isEmpty();
  }

  @Test
  void one_word_that_the_program_did_not_quote_is_its_message() {
    ProgramFailures.Verdict verdict = ProgramFailures.classify("time=\"x\" level=fatal msg=EOF", 1);

    assertThat(verdict)
        .isEqualTo(new ProgramFailures.Verdict(FailureKind.NETWORK, Optional.empty(), "EOF"));
  }

  @Test
  void a_program_that_somebody_killed_lacked_something() {
    ProgramFailures.Verdict verdict = ProgramFailures.classify("Getting image source", 137);

    assertThat(verdict.kind()).isEqualTo(FailureKind.WORKER_RESOURCES);
    assertThat(verdict.message()).contains("signal 9");
  }

  /** Its last line is where in its own source it was. */
  @Test
  void a_program_that_crashes_is_a_defect_whatever_its_line_numbers_look_like() {
    String text =
        """
        Getting image source signatures
        panic: runtime error: invalid memory address or nil pointer dereference
        [signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6a2b1f]

        goroutine 1 [running]:
        main.main()
        	github.com/containers/skopeo/cmd/skopeo/main.go:404 +0x1d
        """;

    ProgramFailures.Verdict verdict = ProgramFailures.classify(text, 2);

    assertThat(verdict.kind()).isEqualTo(FailureKind.ENGINE_DEFECT);
    assertThat(verdict.message()).startsWith("panic: runtime error: invalid memory address");
    assertThat(verdict.side()).isEmpty();
  }

  @Test
  void a_program_that_says_nothing_is_a_defect_that_names_its_status() {
    ProgramFailures.Verdict verdict = ProgramFailures.classify("", 3);

    assertThat(verdict.kind()).isEqualTo(FailureKind.ENGINE_DEFECT);
    assertThat(verdict.message()).contains("said nothing").contains("3");
  }

  @Test
  void a_warning_after_the_error_does_not_hide_it() {
    String text =
        "time=\"x\" level=fatal msg=\"reading manifest 1 in r.example/a: manifest unknown\"\n"
            + "time=\"x\" level=warning msg=\"something else\"";

    assertThat(ProgramFailures.classify(text, 1).kind()).isEqualTo(FailureKind.SOURCE_NOT_FOUND);
  }

  @Test
  void a_very_long_message_is_cut() {
    String text = "ERROR: " + "x".repeat(100_000);

    assertThat(ProgramFailures.classify(text, 1).message())
        .hasSizeLessThan(ProgramFailures.MAX_MESSAGE + 50);
  }
}
