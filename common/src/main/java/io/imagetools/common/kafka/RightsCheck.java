package io.imagetools.common.kafka;

import io.imagetools.common.process.EnvironmentException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
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
    List<Right> missing = new ArrayList<>();
    for (String topic : names(needed, ResourceType.TOPIC)) {
      allowedOnTopic(topic).ifPresent(may -> addMissing(needed, topic, may, missing));
    }
    for (String group : names(needed, ResourceType.GROUP)) {
      Optional<Set<AclOperation>> allowed =
          mode == QueueMode.CLASSIC ? allowedOnClassicGroup(group) : allowedOnGroup(group);
      allowed.ifPresent(may -> addMissing(needed, group, may, missing));
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

  private Optional<Set<AclOperation>> allowedOnTopic(String topic) throws InterruptedException {
    DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    var answer = admin.describeTopics(List.of(topic), options).topicNameValues().get(topic);
    return allowed(
        "topic " + topic, Objects.requireNonNull(answer), TopicDescription::authorizedOperations);
  }

  private Optional<Set<AclOperation>> allowedOnGroup(String group) throws InterruptedException {
    DescribeShareGroupsOptions options =
        new DescribeShareGroupsOptions().includeAuthorizedOperations(true);
    var answer = admin.describeShareGroups(List.of(group), options).describedGroups().get(group);
    return allowed(
        "group " + group,
        Objects.requireNonNull(answer),
        ShareGroupDescription::authorizedOperations);
  }

  private Optional<Set<AclOperation>> allowedOnClassicGroup(String group)
      throws InterruptedException {
    DescribeConsumerGroupsOptions options =
        new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
    var answer = admin.describeConsumerGroups(List.of(group), options).describedGroups().get(group);
    return allowed(
        "group " + group,
        Objects.requireNonNull(answer),
        ConsumerGroupDescription::authorizedOperations);
  }

  /** Empty: nobody can say. */
  private static <T> Optional<Set<AclOperation>> allowed(
      String what, KafkaFuture<T> answer, Function<T, @Nullable Set<AclOperation>> operations)
      throws InterruptedException {
    try {
      return Optional.ofNullable(operations.apply(answer.get()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Optional.of(HIDDEN);
      }
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw BrokerAnswer.refused("look at the " + what, e.getCause());
    }
  }
}
