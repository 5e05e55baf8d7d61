package io.imagetools.common.kafka;

import static io.imagetools.common.kafka.Right.onGroup;
import static io.imagetools.common.kafka.Right.onTopic;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.imagetools.common.kafka.Topics.Lane;
import java.util.List;

/**
 * What a program does on the cluster, and the least rights for it where topics and group are set up
 * already. READ and WRITE imply DESCRIBE. The page docs/kafka-security.md says the same.
 */
public enum Role {
  /** Submits runs. */
  PRODUCER {
    @Override
    public List<Right> rights(Topics topics) {
      return List.of(
          onTopic(WRITE, topics.jobs()),
          onTopic(WRITE, topics.in(Lane.EXPRESS).jobs()),
          onTopic(WRITE, topics.in(Lane.BESIDE).jobs()),
          onTopic(WRITE, topics.status()),
          onTopic(WRITE, topics.runs()),
          onGroup(DESCRIBE, topics.shareGroup()),
          onGroup(DESCRIBE, topics.in(Lane.BESIDE).shareGroup()));
    }
  },
  /** Takes jobs, says what became of them. */
  WORKER {
    @Override
    public List<Right> rights(Topics topics) {
      return List.of(
          onTopic(READ, topics.jobs()),
          onTopic(WRITE, topics.jobs()),
          onTopic(READ, topics.in(Lane.EXPRESS).jobs()),
          onTopic(WRITE, topics.in(Lane.EXPRESS).jobs()),
          onTopic(READ, topics.in(Lane.BESIDE).jobs()),
          onTopic(WRITE, topics.in(Lane.BESIDE).jobs()),
          onTopic(WRITE, topics.status()),
          onTopic(READ, topics.runs()),
          onTopic(READ, topics.retry()),
          onTopic(WRITE, topics.retry()),
          onTopic(READ, topics.registries()),
          onTopic(WRITE, topics.registries()),
          onTopic(READ, topics.blobs()),
          onTopic(WRITE, topics.blobs()),
          onTopic(WRITE, topics.deadLetters()),
          onGroup(READ, topics.shareGroup()),
          onGroup(DESCRIBE_CONFIGS, topics.shareGroup()),
          onGroup(READ, topics.in(Lane.EXPRESS).shareGroup()),
          onGroup(DESCRIBE_CONFIGS, topics.in(Lane.EXPRESS).shareGroup()),
          onGroup(READ, topics.in(Lane.BESIDE).shareGroup()),
          onGroup(DESCRIBE_CONFIGS, topics.in(Lane.BESIDE).shareGroup()),
          onGroup(READ, topics.retryGroup()));
    }
  },
  /** Follows runs and marks them as done; asks the group whether jobs are left. */
  COLLECTOR {
    @Override
    public List<Right> rights(Topics topics) {
      return List.of(
          onTopic(DESCRIBE, topics.jobs()),
          onTopic(DESCRIBE, topics.in(Lane.EXPRESS).jobs()),
          onTopic(DESCRIBE, topics.in(Lane.BESIDE).jobs()),
          onTopic(READ, topics.status()),
          onTopic(READ, topics.runs()),
          onTopic(WRITE, topics.runs()),
          onTopic(READ, topics.retry()),
          onGroup(DESCRIBE, topics.shareGroup()),
          onGroup(DESCRIBE, topics.in(Lane.EXPRESS).shareGroup()),
          onGroup(DESCRIBE, topics.in(Lane.BESIDE).shareGroup()));
    }
  },
  /** Looks at runs and changes nothing. */
  OBSERVER {
    @Override
    public List<Right> rights(Topics topics) {
      return List.of(
          onTopic(DESCRIBE, topics.jobs()),
          onTopic(DESCRIBE, topics.in(Lane.EXPRESS).jobs()),
          onTopic(DESCRIBE, topics.in(Lane.BESIDE).jobs()),
          onTopic(READ, topics.status()),
          onTopic(READ, topics.runs()),
          onTopic(READ, topics.retry()),
          onGroup(DESCRIBE, topics.shareGroup()),
          onGroup(DESCRIBE, topics.in(Lane.EXPRESS).shareGroup()),
          onGroup(DESCRIBE, topics.in(Lane.BESIDE).shareGroup()));
    }
  },
  /** Marks runs as cancelled. */
  CANCELLER {
    @Override
    public List<Right> rights(Topics topics) {
      return List.of(onTopic(READ, topics.runs()), onTopic(WRITE, topics.runs()));
    }
  };

  /** What it needs on topics of these names, with a queue of that kind. */
  public List<Right> rights(Topics topics, QueueMode mode) {
    if (mode != QueueMode.CLASSIC) {
      return rights(topics);
    }
    // An ordinary group has no settings to look at.
    return rights(topics).stream()
        .filter(right -> right.operation() != DESCRIBE_CONFIGS)
        .map(right -> classic(classic(right, topics), topics.in(Lane.EXPRESS)))
        .map(right -> classic(right, topics.in(Lane.BESIDE)))
        .toList();
  }

  private static Right classic(Right right, Topics topics) {
    return right.name().equals(topics.shareGroup())
        ? onGroup(right.operation(), topics.classicGroup())
        : right;
  }

  /** What it needs on topics of these names, with a queue on a share group. */
  public abstract List<Right> rights(Topics topics);
}
