import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Follows a run of image-tools by its topics alone, and prints what became of each image.
 *
 * <p>{@code java -cp kafka-clients.jar:slf4j-api.jar:lz4-java.jar:jackson-databind.jar:… FollowRun.java
 * BOOTSTRAP_SERVER RUN [PREFIX]}. Exit status: 0 all images are mirrored, 1 not all, 2 the cluster
 * knows no such run. The topics are described in docs/results-topic.md and docs/asyncapi.yaml.
 */
final class FollowRun {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Of several results of a job the best counts: events come at least once, and in any order. */
  private static final Map<String, Integer> WORTH =
      Map.of("MIRRORED", 4, "UNCHANGED", 3, "FAILED", 2, "CANCELLED", 1);

  private FollowRun() {}

  public static void main(String[] arguments) {
    if (arguments.length < 2) {
      System.err.println("FollowRun BOOTSTRAP_SERVER RUN [PREFIX]");
      System.exit(2);
    }
    String prefix = arguments.length > 2 ? arguments[2] : "mirror";
    System.exit(run(arguments[0], arguments[1], prefix));
  }

  private static int run(String servers, String run, String prefix) {
    JsonNode opened = find(servers, prefix + ".runs", run);
    if (opened == null) {
      System.err.println("the cluster knows no run " + run);
      return 2;
    }
    Map<Integer, JsonNode> results = follow(servers, prefix + ".status", opened);
    boolean good = true;
    for (Map.Entry<Integer, JsonNode> each : results.entrySet()) {
      JsonNode result = each.getValue();
      String outcome = text(result, "outcome");
      String kind = result.has("failure") ? " " + text(result.get("failure"), "kind") : "";
      System.out.printf(
          "%d %s%s %s %s%n",
          each.getKey(), outcome, kind, text(result, "source"), text(result, "destination"));
      good &= outcome.equals("MIRRORED") || outcome.equals("UNCHANGED");
    }
    return good ? 0 : 1;
  }

  /** The last record of the run: how many jobs, and where its events begin. Null: unknown. */
  private static JsonNode find(String servers, String topic, String run) {
    TopicPartition partition = new TopicPartition(topic, 0);
    JsonNode found = null;
    try (KafkaConsumer<String, byte[]> consumer = consumer(servers)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          JsonNode value = value(record);
          if (text(value, "type").equals("RUN") && text(value, "run").equals(run)) {
            found = value;
          }
        }
      }
    }
    return found;
  }

  /** Reads events until each job of the run has a result. */
  private static Map<Integer, JsonNode> follow(String servers, String topic, JsonNode opened) {
    TopicPartition partition = new TopicPartition(topic, opened.get("statusPartition").asInt());
    Map<Integer, JsonNode> results = new TreeMap<>();
    try (KafkaConsumer<String, byte[]> consumer = consumer(servers)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, opened.get("statusOffset").asLong());
      while (results.size() < opened.get("jobs").asInt()) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          JsonNode value = value(record);
          // Other types are for other purposes; new ones may come.
          if (text(value, "type").equals("JOB_FINISHED")
              && text(value, "run").equals(text(opened, "run"))) {
            results.merge(value.get("number").asInt(), value, FollowRun::better);
          }
        }
      }
    }
    return results;
  }

  private static JsonNode better(JsonNode one, JsonNode other) {
    return worth(other) > worth(one) ? other : one;
  }

  private static int worth(JsonNode result) {
    return WORTH.getOrDefault(text(result, "outcome"), 0);
  }

  private static JsonNode value(ConsumerRecord<String, byte[]> record) {
    return record.value() == null ? JSON.createObjectNode() : JSON.readTree(record.value());
  }

  /** Empty if there is no such field. */
  private static String text(JsonNode object, String field) {
    JsonNode value = object.get(field);
    return value == null ? "" : value.asString();
  }

  private static KafkaConsumer<String, byte[]> consumer(String servers) {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", servers, "enable.auto.commit", "false"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
