package io.imagetools.common.wire;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON Schemas of {@code docs/schema}, by which other programs know our records. */
public final class PublishedSchemas {
  private static final String BASE = "https://schema.test/";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Map<String, String> texts = new HashMap<>();
  private final SchemaRegistry registry;

  /** Those of this project. */
  public PublishedSchemas() {
    try (Stream<Path> files = Files.list(documents().resolve("schema"))) {
      for (Path file : files.toList()) {
        texts.put(BASE + file.getFileName(), Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(texts));
  }

  /** The folder {@code docs}, wherever the tests are started. */
  public static Path documents() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("image-tools"))) {
      folder = Objects.requireNonNull(folder.getParent(), "this is no checkout of the project");
    }
    return folder.resolve("docs");
  }

  /** Names of the schemas of records, without {@code .json}. */
  public Set<String> records() {
    Set<String> names = new TreeSet<>();
    texts.keySet().forEach(text -> names.add(text.substring(BASE.length()).replace(".json", "")));
    names.remove("parts");
    names.removeIf(name -> name.startsWith("webhook-")); // told, and not written to a topic
    return names;
  }

  /** What a schema has against a record; nothing if it is valid. */
  public List<String> against(String schema, byte[] json) {
    Schema loaded = registry.getSchema(SchemaLocation.of(BASE + schema + ".json"));
    return loaded.validate(MAPPER.readTree(json)).stream()
        .map(error -> error.getInstanceLocation() + " " + error.getMessage())
        .toList();
  }

  /** What a schema of the specification says of itself. */
  public JsonNode text(String schema) {
    return MAPPER.readTree(texts.get(BASE + schema + ".json"));
  }

  /** All fields that the schema names: {@code bytes/copied}, {@code offered/os}. */
  public Set<String> fields(String schema) {
    Set<String> fields = new TreeSet<>();
    collect(text(schema), schema, "", fields);
    return fields;
  }

  private void collect(JsonNode node, String file, String path, Set<String> fields) {
    if (node.has("$ref")) {
      String[] target = node.get("$ref").stringValue().split("#", 2);
      String where = target[0].isEmpty() ? file : target[0].replace(".json", "");
      collect(text(where).at(target[1]), where, path, fields);
    }
    if (node.has("allOf")) {
      node.get("allOf").forEach(part -> collect(part, file, path, fields));
    }
    if (node.has("items")) {
      collect(node.get("items"), file, path, fields);
    }
    if (node.has("properties")) {
      for (Map.Entry<String, JsonNode> property : node.get("properties").properties()) {
        fields.add(path + property.getKey());
        collect(property.getValue(), file, path + property.getKey() + "/", fields);
      }
    }
  }

  /** All fields that a record has, named likewise. */
  static Set<String> fields(JsonNode record) {
    Set<String> fields = new TreeSet<>();
    collect(record, "", fields);
    return fields;
  }

  private static void collect(JsonNode node, String path, Set<String> fields) {
    if (node.isArray()) {
      node.forEach(item -> collect(item, path, fields));
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        fields.add(path + property.getKey());
        collect(property.getValue(), path + property.getKey() + "/", fields);
      }
    }
  }
}
