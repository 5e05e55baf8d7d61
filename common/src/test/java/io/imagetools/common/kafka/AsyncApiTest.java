package io.imagetools.common.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.imagetools.common.wire.PublishedSchemas;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** {@code docs/asyncapi.yaml} is what the specification wants, and says what the code does. */
class AsyncApiTest {
  private static final JsonNode DOCUMENT =
      new YAMLMapper().readTree(PublishedSchemas.documents().resolve("asyncapi.yaml").toFile());

  private static List<String> topics() {
    return TopicLayout.of(Topics.DEFAULT, QueueMode.SHARE, 0).stream().map(NewTopic::name).toList();
  }

  @Test
  void it_is_a_document_of_asyncapi_3() throws IOException {
    String name = "/io/imagetools/common/wire/specification/asyncapi-3.0.0.json";
    try (InputStream specification =
        Objects.requireNonNull(AsyncApiTest.class.getResourceAsStream(name))) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(specification);

      assertThat(schema.validate(DOCUMENT)).isEmpty();
      assertThat(schema.validate(new YAMLMapper().readTree("asyncapi: 3.0.0"))).isNotEmpty();
    }
  }

  @Test
  void its_channels_are_the_topics_as_they_are_laid_out() {
    Map<String, Map<String, Object>> documented = new TreeMap<>();
    for (JsonNode channel : DOCUMENT.get("channels")) {
      JsonNode binding = channel.at("/bindings/kafka");
      JsonNode settings = binding.get("topicConfiguration");
      Map<String, Object> layout = new HashMap<>();
      layout.put("partitions", binding.get("partitions").intValue());
      layout.put(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          settings
              .get(TopicConfig.CLEANUP_POLICY_CONFIG)
              .valueStream()
              .map(JsonNode::stringValue)
              .toList());
      if (settings.has(TopicConfig.RETENTION_MS_CONFIG)) {
        layout.put(
            TopicConfig.RETENTION_MS_CONFIG,
            settings.get(TopicConfig.RETENTION_MS_CONFIG).longValue());
      }
      assertThat(binding.get("topic")).isEqualTo(channel.get("address"));
      documented.put(channel.get("address").stringValue(), layout);
    }

    assertThat(documented).isEqualTo(laidOut());
  }

  private static Map<String, Map<String, Object>> laidOut() {
    Map<String, Map<String, Object>> topics = new TreeMap<>();
    for (NewTopic topic : TopicLayout.of(Topics.DEFAULT, QueueMode.SHARE, 0)) {
      Map<String, Object> layout = new HashMap<>();
      layout.put("partitions", topic.numPartitions());
      Map<String, String> settings = topic.configs();
      layout.put(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          Arrays.asList(
              Objects.requireNonNull(settings.get(TopicConfig.CLEANUP_POLICY_CONFIG)).split(",")));
      String retention = settings.get(TopicConfig.RETENTION_MS_CONFIG);
      if (retention != null) {
        layout.put(TopicConfig.RETENTION_MS_CONFIG, Long.valueOf(retention));
      }
      topics.put(topic.name(), layout);
    }
    return topics;
  }

  @Test
  void all_topics_are_there() {
    assertThat(topics()).containsExactlyInAnyOrderElementsOf(Topics.DEFAULT.all());
  }

  @Test
  void its_messages_have_the_schemas_of_all_records_and_their_types() {
    PublishedSchemas schemas = new PublishedSchemas();
    Set<String> used = new TreeSet<>();
    for (JsonNode message : DOCUMENT.at("/components/messages")) {
      JsonNode reference = message.at("/payload/schema/$ref");
      if (reference.isMissingNode()) {
        continue; // a dead letter is whatever it was
      }
      String schema =
          reference.stringValue().replaceFirst("^\\./schema/", "").replaceFirst("\\.json$", "");
      used.add(schema);
      assertThat(schemas.text(schema).at("/properties/type/const").stringValue())
          .isEqualTo(message.get("name").stringValue());
    }
    used.add("report"); // a file, and on no topic

    assertThat(used).isEqualTo(schemas.records());
  }
}
