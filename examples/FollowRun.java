import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
 * BOOTSTRAP_SERVER RUN [PREFIX [SECONDS]]}. SECONDS: so long a cancelled run may be silent until its
 * other jobs are given up; 600 if left out. Exit status: 0 all images are mirrored, 1 not all, 2 the
 * cluster knows no such run. The topics are described in docs/results-topic.md and
 * docs/asyncapi.yaml.
 */
final class FollowRun {
  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Of several results of a job the best counts, any more than none: events come at least once, and
   * in any order.
   */
  private static final Map<String, Integer> WORTH =
      Map.of("MIRRORED", 4, "UNCHANGED", 3, "FAILED", 2, "CANCELLED", 1);

  private static final Set<String> OF_JOBS = Set.of("JOB_PLANNED", "JOB_STARTED", "JOB_FINISHED");

  private static final Duration BETWEEN_TWO_LOOKS = Duration.ofSeconds(1);

  private final KafkaConsumer<String, byte[]> consumer;
  private final String prefix;
  private final String run;
  private final Duration silence;

  /** What is known of each job; one without an outcome was given up. */
  private final Map<Integer, JsonNode> jobs = new HashMap<>();

  /** When something came of the run, by the nano clock. */
  private long heard = System.nanoTime();

  private FollowRun(
      KafkaConsumer<String, byte[]> consumer, String prefix, String run, Duration silence) {
    this.consumer = consumer;
    this.prefix = prefix;
    this.run = run;
    this.silence = silence;
  }

  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length < 2) {
      System.err.println("FollowRun BOOTSTRAP_SERVER RUN [PREFIX [SECONDS]]");
      System.exit(2);
    }
    String prefix = arguments.length > 2 ? arguments[2] : "mirror";
    long silence = arguments.length > 3 ? Long.parseLong(arguments[3]) : 600;
    int status;
    try (KafkaConsumer<String, byte[]> consumer = consumer(arguments[0])) {
      status = new FollowRun(consumer, prefix, arguments[1], Duration.ofSeconds(silence)).run();
    }
    System.exit(status);
  }

  private int run() throws InterruptedException {
    JsonNode opened = find();
    if (opened == null) {
      System.err.println("the cluster knows no run " + run);
      return 2;
    }
    int count = opened.get("jobs").asInt();
    System.err.printf("%s is %s and has %d jobs%n", run, text(opened, "state"), count);
    follow(opened, count);
    boolean good = true;
    for (int number = 1; number <= count; number++) {
      JsonNode job = jobs.getOrDefault(number, JSON.createObjectNode());
      String outcome = text(job, "outcome");
      System.out.printf(
          "%d %s%s %s %s%n",
          number,
          outcome.isEmpty() ? "NO_RESULT" : outcome,
          job.has("failure") ? " " + text(job.get("failure"), "kind") : "",
          job.has("source") ? text(job, "source") : "?",
          job.has("destination") ? text(job, "destination") : "?");
      good &= outcome.equals("MIRRORED") || outcome.equals("UNCHANGED");
    }
    return good ? 0 : 1;
  }

  /** The last record of the run: how many jobs, and where its events begin. Null: unknown. */
  private JsonNode find() {
    JsonNode[] found = {null};
    read(
        new TopicPartition(prefix + ".runs", 0),
        0,
        value -> {
          if (text(value, "type").equals("RUN") && text(value, "run").equals(run)) {
            found[0] = value;
          }
        });
    return found[0];
  }

  /** Reads events until each job of the run has a result, or gets none any more. */
  private void follow(JsonNode opened, int count) throws InterruptedException {
    TopicPartition events =
        new TopicPartition(prefix + ".status", opened.get("statusPartition").asInt());
    long offset = opened.get("statusOffset").asLong();
    String state = text(opened, "state");
    while (true) {
      offset = read(events, offset, this::take);
      // Nobody writes down that a job was given up: then only the run's state says that it is over.
      // A cancelled run keeps that state, so that its silence has to do.
      boolean silent = System.nanoTime() - heard > silence.toNanos();
      long results = jobs.values().stream().filter(job -> job.has("outcome")).count();
      if (results >= count || state.equals("DONE") || state.equals("CANCELLED") && silent) {
        return;
      }
      Thread.sleep(BETWEEN_TWO_LOOKS.toMillis());
      // Before the events, so that all are read that were there when the run was done.
      JsonNode found = find();
      state = text(found == null ? opened : found, "state");
    }
  }

  private void take(JsonNode value) {
    // Other types are for other purposes; new ones may come.
    if (text(value, "run").equals(run) && OF_JOBS.contains(text(value, "type"))) {
      heard = System.nanoTime();
      jobs.merge(value.get("number").asInt(), value, FollowRun::better);
    }
  }

  /** Reads from there to the end that the topic has now. Returns where that is. */
  private long read(TopicPartition partition, long offset, Consumer<JsonNode> reader) {
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
    long end = consumer.endOffsets(List.of(partition)).get(partition);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
        reader.accept(value(record));
      }
    }
    return consumer.position(partition);
  }

  private static JsonNode better(JsonNode one, JsonNode other) {
    return worth(other) > worth(one) ? other : one;
  }

  private static int worth(JsonNode event) {
    return event.has("outcome") ? WORTH.getOrDefault(text(event, "outcome"), 0) : -1;
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
        Map.of(
            "bootstrap.servers", servers,
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest"), // where the beginning is deleted by now
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
