package io.imagetools.common.kafka;

import io.imagetools.common.process.EnvironmentException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster what this account may do, before anything is done: half a run on a topic helps
 * nobody. What does not exist yet can't be asked about and is passed over. Thread-safe.
 */
final class RightsCheck {
  /** Not even a look at it: all is missing that would imply one. Of this one nobody can say. */
  private static final Set<AclOperation> HIDDEN = Set.of(AclOperation.DESCRIBE_CONFIGS);

  /** A question, and what may be done by its answer. */
  private record Asked(String kind, String name, KafkaFuture<Optional<Set<AclOperation>>> answer) {}

  private final Admin admin;
  private final Topics topics;
  private final QueueMode mode;

  RightsCheck(Admin admin, Topics topics, QueueMode mode) {
    this.admin = admin;
    this.topics = topics;
    this.mode = mode;
  }

  /**
   * Refuses an account that may not do all of it.
   *
   * @throws EnvironmentException that names every right that is missing
   */
  void require(Collection<Role> roles) throws InterruptedException {
    Set<Right> needed = new LinkedHashSet<>();
    roles.forEach(role -> needed.addAll(role.rights(topics, mode)));
    // All is asked for before the first answer is waited for.
    List<Asked> asked = new ArrayList<>(topics(names(needed, ResourceType.TOPIC)));
    asked.addAll(groups(names(needed, ResourceType.GROUP)));
    List<Right> missing = new ArrayList<>();
    for (Asked one : asked) {
      allowed(one).ifPresent(may -> addMissing(needed, one.name(), may, missing));
    }
    if (!missing.isEmpty()) {
      throw new EnvironmentException(BrokerAnswer.needs(missing));
    }
  }

  private static Set<String> names(Set<Right> rights, ResourceType type) {
    Set<String> names = new LinkedHashSet<>();
    rights.stream().filter(right -> right.type() == type).forEach(right -> names.add(right.name()));
    return names;
  }

  private static void addMissing(
      Set<Right> needed, String name, Set<AclOperation> allowed, List<Right> missing) {
    for (Right right : needed) {
      if (right.name().equals(name) && !allowed.contains(right.operation())) {
        missing.add(right);
      }
    }
  }

  private List<Asked> topics(Collection<String> names) {
    DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    return asked(
        "topic",
        names,
        admin.describeTopics(names, options).topicNameValues(),
        TopicDescription::authorizedOperations);
  }

  private List<Asked> groups(Collection<String> names) {
    if (mode == QueueMode.CLASSIC) {
      var options = new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
      return asked(
          "group",
          names,
          admin.describeConsumerGroups(names, options).describedGroups(),
          ConsumerGroupDescription::authorizedOperations);
    }
    var options = new DescribeShareGroupsOptions().includeAuthorizedOperations(true);
    return asked(
        "group",
        names,
        admin.describeShareGroups(names, options).describedGroups(),
        ShareGroupDescription::authorizedOperations);
  }

  private static <T> List<Asked> asked(
      String kind,
      Collection<String> names,
      Map<String, KafkaFuture<T>> answers,
      Function<T, @Nullable Set<AclOperation>> operations) {
    List<Asked> all = new ArrayList<>();
    for (String name : names) {
      KafkaFuture<T> answer = Objects.requireNonNull(answers.get(name));
      all.add(
          new Asked(
              kind,
              name,
              answer.thenApply(described -> Optional.ofNullable(operations.apply(described)))));
    }
    return all;
  }

  /** Empty: nobody can say. */
  private static Optional<Set<AclOperation>> allowed(Asked asked) throws InterruptedException {
    try {
      return asked.answer().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Optional.of(HIDDEN);
      }
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw BrokerAnswer.refused("look at the " + asked.kind() + " " + asked.name(), e.getCause());
    }
  }
}
