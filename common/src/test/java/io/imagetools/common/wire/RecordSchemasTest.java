package io.imagetools.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.job.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schemas are at least as strict as our own reader: what they let through can be read. */
class RecordSchemasTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final PublishedSchemas SCHEMAS = new PublishedSchemas();

  /** What a field may turn into in the hands of others. */
  private static final List<JsonNode> STRANGE =
      List.of(
          NODES.nullNode(),
          NODES.numberNode(-1),
          NODES.numberNode(1.5),
          NODES.numberNode(99_999_999_999_999_999L),
          NODES.booleanNode(true),
          NODES.stringNode(""),
          NODES.stringNode("!!"),
          NODES.stringNode("a b"),
          NODES.arrayNode(),
          NODES.arrayNode().add(1),
          NODES.objectNode());

  static Stream<String> golden() {
    return WrittenRecords.all().keySet().stream();
  }

  private static byte[] bytes(JsonNode node) {
    return MAPPER.writeValueAsBytes(node);
  }

  @ParameterizedTest
  @MethodSource("golden")
  void a_golden_file_is_valid(String name) throws Exception {
    assertThat(SCHEMAS.against(WrittenRecords.schemaOf(name), GoldenFiles.read(name))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void a_record_of_a_later_version_with_further_fields_is_valid(String name) throws Exception {
    ObjectNode record = (ObjectNode) MAPPER.readTree(GoldenFiles.read(name));
    record.putObject("colour").put("deep", 1);

    assertThat(SCHEMAS.against(WrittenRecords.schemaOf(name), bytes(record))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("golden")
  void what_our_reader_does_not_take_is_not_valid(String name) throws Exception {
    JsonNode record = MAPPER.readTree(GoldenFiles.read(name));
    List<String> letThrough = new ArrayList<>();
    int refused = 0;
    for (JsonNode strange : variants(record)) {
      boolean valid = SCHEMAS.against(WrittenRecords.schemaOf(name), bytes(strange)).isEmpty();
      if (valid && !WrittenRecords.isReadable(name, bytes(strange))) {
        letThrough.add(strange.toString());
      }
      refused += valid ? 0 : 1;
    }

    assertThat(letThrough).isEmpty();
    assertThat(refused).as("variants that are not valid").isGreaterThan(20);
  }

  /** The record with one field left out, or turned into something else; each at any depth. */
  private static List<JsonNode> variants(JsonNode record) {
    List<JsonNode> variants = new ArrayList<>();
    if (record instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        variants.add(object.deepCopy().without(field.getKey()));
        Stream.concat(STRANGE.stream(), variants(field.getValue()).stream())
            .forEach(
                value -> variants.add(object.deepCopy().set(field.getKey(), value.deepCopy())));
      }
    } else if (record instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        Stream.concat(STRANGE.stream(), variants(array.get(i)).stream())
            .forEach(
                value -> {
                  ArrayNode other = array.deepCopy();
                  other.set(index, value.deepCopy());
                  variants.add(other);
                });
      }
    }
    return variants;
  }

  @Test
  void the_kinds_of_failure_that_the_schema_gives_as_examples_are_those_of_the_code() {
    JsonNode examples = SCHEMAS.text("parts").at("/$defs/failure/properties/kind").get("examples");

    assertThat(examples.valueStream().map(JsonNode::stringValue))
        .containsExactlyElementsOf(Arrays.stream(FailureKind.values()).map(Enum::name).toList());
  }

  @Test
  void a_failure_without_a_kind_and_a_cancellation_without_a_reason_are_not_valid()
      throws Exception {
    String failed = new String(GoldenFiles.read("job-failed"), StandardCharsets.UTF_8);
    String cancelled = new String(GoldenFiles.read("job-cancelled"), StandardCharsets.UTF_8);

    assertThat(against(failed.replace("\"failure\":", "\"fault\":"))).isNotEmpty();
    assertThat(against(cancelled.replace("\"reason\":", "\"cause\":"))).isNotEmpty();
  }

  private static List<String> against(String finished) {
    return SCHEMAS.against("job-finished", finished.getBytes(StandardCharsets.UTF_8));
  }
}
