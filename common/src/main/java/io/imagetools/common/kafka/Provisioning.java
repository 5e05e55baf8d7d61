package io.imagetools.common.kafka;

import io.imagetools.common.kafka.Topics.Lane;
import io.imagetools.common.process.EnvironmentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the topics that are missing, and refuses those that can't serve. Every role calls it at its
 * start; it changes nothing that exists. Thread-safe.
 */
public final class Provisioning {
  private static final Logger LOG = LoggerFactory.getLogger(Provisioning.class);

  private static final Duration SHOWN_WITHIN = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What becomes of a topic's old records. */
  private record Policy(String topic, String wanted, String otherwise) {
    ConfigResource resource() {
      return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
  }

  private final Admin admin;
  private final Topics topics;
  private final QueueMode mode;
  private final int replicas;

  /**
   * For one cluster.
   *
   * @param admin not closed here
   * @param mode decided
   * @param replicas of each partition of a topic made here; 0: the broker's default
   */
  public Provisioning(Admin admin, Topics topics, QueueMode mode, int replicas) {
    if (mode == QueueMode.AUTO) {
      throw new IllegalArgumentException("what kind of queue is to be decided first");
    }
    this.admin = admin;
    this.topics = topics;
    this.mode = mode;
    this.replicas = replicas;
  }

  /**
   * Creates what is missing and looks at what is there.
   *
   * @param roles what the account shall be able to do
   * @return the number of partitions of the status topic; 0 if the account may not know
   * @throws EnvironmentException if a topic can't be created, a right is missing, or a topic has a
   *     layout that would lose or stall something; the message says how to mend it
   */
  public int ensureTopics(Role... roles) throws InterruptedException {
    RightsCheck rights = new RightsCheck(admin, topics, mode);
    rights.require(List.of(roles));
    Map<String, Optional<TopicDescription>> found = describe();
    List<NewTopic> missing = new ArrayList<>();
    for (NewTopic topic : TopicLayout.of(topics, mode, replicas)) {
      if (!found.containsKey(topic.name()) && isMadeBy(roles, topic.name())) {
        missing.add(topic);
      }
    }
    if (!missing.isEmpty()) {
      Set<String> expected = new TreeSet<>(found.keySet());
      expected.addAll(create(missing));
      found = describeCreated(expected);
      rights.require(List.of(roles)); // who may create them may not be who may use them
    }
    refuseWrong(found);
    if (replicas != 1) { // else it is meant so
      SingleReplicas.warnOf(admin, found.values().stream().flatMap(Optional::stream).toList());
    }
    return partitions(found, topics.status()).orElse(0);
  }

  /**
   * The queue beside the first is made by those who serve it: where it is missing, all workers are
   * of a version that knows nothing of it, and a run that was put there would wait for ever.
   */
  private boolean isMadeBy(Role[] roles, String topic) {
    return !topic.equals(topics.in(Lane.BESIDE).jobs()) || List.of(roles).contains(Role.WORKER);
  }

  /**
   * Creates all that one worker needs, with one partition for its jobs, on a cluster that is new
   * and nobody else's, and looks at nothing.
   *
   * @param more topics that the cluster would make itself, later
   * @return the number of partitions of the status topic
   * @throws EnvironmentException if one can't be created
   */
  public int createTopicsForOneWorker(Collection<NewTopic> more) throws InterruptedException {
    List<NewTopic> all = new ArrayList<>(more);
    Set<String> expected = new TreeSet<>();
    for (NewTopic topic : TopicLayout.ofOneWorker(topics, replicas)) {
      if (!topic.name().equals(topics.in(Lane.BESIDE).jobs())) {
        all.add(topic);
        expected.add(topic.name());
      }
    }
    create(all);
    return partitions(describeCreated(expected), topics.status()).orElse(0);
  }

  /** The topics that exist, by name; empty: not for our eyes, so whoever made it looked at it. */
  private Map<String, Optional<TopicDescription>> describe() throws InterruptedException {
    Map<String, Optional<TopicDescription>> found = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> entry :
        admin.describeTopics(topics.all()).topicNameValues().entrySet()) {
      try {
        found.put(entry.getKey(), Optional.of(entry.getValue().get()));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          found.put(entry.getKey(), Optional.empty());
        } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw BrokerAnswer.refused("look at the topic " + entry.getKey(), e.getCause());
        }
      }
    }
    return found;
  }

  /** A broker may know a topic some time before it can describe it: a slow disk makes it long. */
  private Map<String, Optional<TopicDescription>> describeCreated(Set<String> expected)
      throws InterruptedException {
    long deadline = System.nanoTime() + SHOWN_WITHIN.toNanos();
    while (true) {
      Map<String, Optional<TopicDescription>> found = describe();
      List<String> hidden = new ArrayList<>(expected);
      hidden.removeAll(found.keySet());
      if (hidden.isEmpty()) {
        return found;
      }
      if (System.nanoTime() > deadline) {
        throw new EnvironmentException(
            "The topics "
                + hidden
                + " were created, but the broker did not show them for "
                + SHOWN_WITHIN.toSeconds()
                + " s. Look whether the cluster is overloaded, then try again; they are found"
                + " then.");
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  /** Which of them are there now. */
  private Set<String> create(List<NewTopic> missing) throws InterruptedException {
    Set<String> created = new TreeSet<>();
    missing.forEach(topic -> created.add(topic.name()));
    for (Map.Entry<String, KafkaFuture<Void>> entry :
        admin.createTopics(missing).values().entrySet()) {
      try {
        entry.getValue().get();
      } catch (ExecutionException e) {
        if (isForAdmins(entry.getKey(), e.getCause())) {
          created.remove(entry.getKey());
        } else if (!(e.getCause() instanceof TopicExistsException)) {
          throw BrokerAnswer.refused(
              "create the topic " + entry.getKey() + ", which is missing",
              e.getCause(),
              Right.onTopic(AclOperation.CREATE, entry.getKey()));
        }
      }
    }
    return created;
  }

  /** The queue beside the first can be done without until an admin makes it. */
  private boolean isForAdmins(String topic, @Nullable Throwable refusal) {
    boolean so =
        topic.equals(topics.in(Lane.BESIDE).jobs()) && refusal instanceof AuthorizationException;
    if (so) {
      LOG.warn(
          "The topic {} is missing, and this account may not create it: large runs go one after"
              + " the other until an admin does (docs/kafka-security.md has the command)",
          topic);
    }
    return so;
  }

  private void refuseWrong(Map<String, Optional<TopicDescription>> found)
      throws InterruptedException {
    List<String> queues = topics.queues().stream().filter(found::containsKey).toList();
    for (String queue : queues) {
      partitions(found, queue).ifPresent(count -> refuseWrongJobs(queue, count));
    }
    for (String topic :
        List.of(topics.runs(), topics.retry(), topics.registries(), topics.blobs())) {
      int partitions = partitions(found, topic).orElse(1);
      if (partitions != 1) {
        throw wrong(topic, "has " + partitions + " partitions and must have 1");
      }
    }
    List<Policy> policies = new ArrayList<>();
    queues.forEach(
        queue -> policies.add(new Policy(queue, "delete", "compaction would drop jobs")));
    policies.add(new Policy(topics.runs(), "compact", "its runs would be forgotten after a while"));
    policies.add(
        new Policy(topics.registries(), "compact", "what is known of a registry would be lost"));
    policies.add(new Policy(topics.retry(), "compact", "jobs that wait there would be lost"));
    require(policies);
  }

  private void refuseWrongJobs(String queue, int partitions) {
    if (mode == QueueMode.SHARE && partitions != TopicLayout.SHARE_PARTITIONS) {
      throw wrong(
          queue,
          "has "
              + partitions
              + " partitions and must have "
              + TopicLayout.SHARE_PARTITIONS
              + " for a queue on a share group: with more, the slots of the workers stand idle"
              + " while jobs wait",
          "If it was made for --queue classic, say --queue classic here too. Otherwise delete it");
    }
    if (mode == QueueMode.CLASSIC && partitions == 1) {
      throw wrong(
          queue,
          "has 1 partition: with --queue classic one worker would get all jobs, the others none",
          "If it was made for share groups, say --queue share here too. Otherwise give it "
              + TopicLayout.CLASSIC_PARTITIONS
              + " partitions with kafka-topics.sh, or delete it");
    }
  }

  private static Optional<Integer> partitions(
      Map<String, Optional<TopicDescription>> found, String topic) {
    return Objects.requireNonNull(found.get(topic)).map(known -> known.partitions().size());
  }

  private void require(List<Policy> policies) throws InterruptedException {
    Map<ConfigResource, Policy> wanted = new LinkedHashMap<>();
    policies.forEach(policy -> wanted.put(policy.resource(), policy));
    Map<ConfigResource, KafkaFuture<Config>> answers =
        admin.describeConfigs(wanted.keySet()).values();
    for (Map.Entry<ConfigResource, Policy> entry : wanted.entrySet()) {
      require(entry.getValue(), Objects.requireNonNull(answers.get(entry.getKey())));
    }
  }

  private void require(Policy policy, KafkaFuture<Config> answer) throws InterruptedException {
    Config config;
    try {
      config = answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return; // Whoever may not look at the layout did not make it, and can't mend it.
      }
      throw BrokerAnswer.refused(
          "look at the settings of the topic " + policy.topic(), e.getCause());
    }
    String actual = config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    if (!policy.wanted().equals(actual)) {
      throw wrong(
          policy.topic(),
          "has cleanup.policy="
              + actual
              + " and must have "
              + policy.wanted()
              + ": "
              + policy.otherwise());
    }
  }

  private EnvironmentException wrong(String topic, String what) {
    return wrong(topic, what, "Delete it");
  }

  private EnvironmentException wrong(String topic, String what, String wayOut) {
    return new EnvironmentException(
        "The topic "
            + topic
            + " "
            + what
            + ". "
            + wayOut
            + ", so that it is created anew, or choose other names with"
            + " --topic-prefix (now '"
            + topics.prefix()
            + "').");
  }
}
