package io.imagetools.common.kafka;

import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Something that an account may do on a cluster with an authorizer, as Kafka's ACLs put it.
 *
 * @param operation what
 * @param type on a topic or on a group
 * @param name of the topic or the group
 */
public record Right(AclOperation operation, ResourceType type, String name) {

  /** On a topic. */
  public static Right onTopic(AclOperation operation, String topic) {
    return new Right(operation, ResourceType.TOPIC, topic);
  }

  /** On a group. */
  public static Right onGroup(AclOperation operation, String group) {
    return new Right(operation, ResourceType.GROUP, group);
  }

  /** As the options of kafka-acls.sh: {@code --operation READ --topic mirror.jobs}. */
  public String options() {
    return "--operation " + operation + " --" + word() + " " + name;
  }

  /** As a part of a sentence: {@code READ on the topic mirror.jobs}. */
  @Override
  public String toString() {
    return operation + " on the " + word() + " " + name;
  }

  private String word() {
    return type == ResourceType.TOPIC ? "topic" : "group";
  }
}
