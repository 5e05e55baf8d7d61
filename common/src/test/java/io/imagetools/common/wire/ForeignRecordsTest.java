package io.imagetools.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignRecordsTest {
  private static final String JOB =
      new String(JobCodec.encode(Samples.JOB), StandardCharsets.UTF_8);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void a_field_that_came_later_is_passed_over() throws Exception {
    String later = JOB.replaceFirst("\\{", "{\"colour\":{\"deep\":[1,2]},");

    assertThat(JobCodec.decode(bytes(later))).isEqualTo(Samples.JOB);
  }

  @Test
  void a_record_from_before_there_were_referrers_asks_for_none() throws Exception {
    String older = JOB.replace(",\"referrers\":true", "");

    assertThat(JobCodec.decode(bytes(older)).referrers()).isFalse();
  }

  @Test
  void a_record_from_when_docker_hub_had_two_names_is_read() throws Exception {
    String older = JOB.replace("\"docker.io/library/nginx", "\"index.docker.io/nginx");

    assertThat(older).contains("index.docker.io");
    assertThat(JobCodec.decode(bytes(older))).isEqualTo(Samples.JOB);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"number\":3       | \"number\":\"3\"    | The field 'number' is not a whole number",
        "\"number\":3       | \"number\":3.0      | The field 'number' is not a whole number",
        "\"number\":3       | \"number\":0        | jobs are counted from 1",
        "\"number\":3       | \"numero\":3        | The field 'number' is missing",
        "\"number\":3       | \"number\":99999999999 | The field 'number' is not a whole number",
        "\"overwrite\":true | \"overwrite\":\"true\" | The field 'overwrite' is not true or false",
        "\"referrers\":true | \"referrers\":1 | The field 'referrers' is not true or false",
        "\"schema\":1       | \"schema\":2        | schema version 2",
        "\"type\":\"JOB\"   | \"type\":\"EVIL\"   | of another type",
        "nginx:1.27\",\"p   | NGINX:1.27\",\"p    | is not a repository name",
        "\"line\":7         | \"line\":7,\"line\":8 | is no JSON"
      })
  void what_is_wrong_is_said_in_a_sentence(String from, String to, String sentence) {
    assertThat(JOB).contains(from);

    assertThatThrownBy(() -> JobCodec.decode(bytes(JOB.replace(from, to))))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"THERE\"         | \"SENDING\"       | a blob that is THERE is in a repository",
        "\"THERE\"         | \"ELSEWHERE\"     | The field 'state'",
        "[\"mirror/nginx\", | [\"a\",\"b\",\"c\",\"d\", | has too many of them",
        "mirror/nginx       | MIRROR/nginx     | is not a repository name",
        "mirror/nginx       | ../../v2/x       | is not a repository name",
        "example:5000       | example:port     | The field 'registry'",
        "6f1c1b0e-          | 6f1c1b0e$        | a claim is named by",
        "sha256:            | md5:             | The field 'digest'",
        "\"worker-a\"      | 5                | The field 'worker' is not a string",
        "\"BLOB\"          | \"JOB\"        | of another type"
      })
  void what_is_wrong_with_a_notice_of_a_blob_is_said_in_a_sentence(
      String from, String to, String sentence) {
    String there = new String(BlobCodec.encode(Samples.THERE), StandardCharsets.UTF_8);
    assertThat(there).contains(from);

    assertThatThrownBy(() -> BlobCodec.decode(bytes(there.replace(from, to))))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void a_destination_by_digest_is_no_job() {
    String digest = "a".repeat(64);
    String pinned = JOB.replace("mirror/nginx:1.27", "mirror/nginx@sha256:" + digest);

    assertThatThrownBy(() -> JobCodec.decode(bytes(pinned)))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining("a destination is a tag");
  }

  @Test
  void a_huge_record_is_refused_before_it_is_parsed() {
    assertThatThrownBy(() -> JobCodec.decode(new byte[Json.MAX_BYTES + 1]))
        .isInstanceOf(InvalidRecordException.class)
        .hasMessageContaining("at most 1048576 are read");
  }

  @Test
  void a_deeply_nested_record_is_refused() {
    String deep = "[".repeat(100_000);

    assertThatThrownBy(() -> EventCodec.decode(bytes(deep)))
        .isInstanceOf(InvalidRecordException.class);
  }

  /** Bytes changed, cut, doubled: whatever comes, it is a value or an InvalidRecordException. */
  @Test
  void no_record_makes_a_decoder_throw_anything_else() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ForeignRecordsTest seed " + seed + " (repeat with -Dseed=" + seed + ")");
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] record = mutated(random);
      decodeAll(record);
    }
  }

  private static byte[] mutated(Random random) {
    Object[] samples = Samples.events().values().toArray();
    int kind = random.nextInt(4);
    byte[] record =
        kind == 0
            ? JobCodec.encode(Samples.JOB)
            : kind == 1
                ? BlobCodec.encode(Samples.THERE)
                : EventCodec.encode(
                    (io.imagetools.common.job.JobEvent) samples[random.nextInt(samples.length)]);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      record[random.nextInt(record.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? java.util.Arrays.copyOf(record, random.nextInt(record.length))
        : record;
  }

  private static void decodeAll(byte[] record) {
    try {
      JobCodec.decode(record);
    } catch (InvalidRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      EventCodec.decode(record);
    } catch (InvalidRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      BlobCodec.decode(record);
    } catch (InvalidRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      RunCodec.decode(record);
    } catch (InvalidRecordException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
