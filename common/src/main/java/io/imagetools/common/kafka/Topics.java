package io.imagetools.common.kafka;

import io.imagetools.common.job.RunId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/**
 * The names of the topics and of the group, all under one prefix, so that several installations can
 * share a cluster.
 *
 * @param prefix letters, digits, {@code .}, {@code _} and {@code -}
 */
public record Topics(String prefix) {

  private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");

  /** What they are called when nobody says otherwise. */
  public static final Topics DEFAULT = new Topics("mirror");

  /**
   * Validates the prefix.
   *
   * @throws IllegalArgumentException if no topic can begin so
   */
  public Topics {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "a prefix of topic names is letters, digits, '.', '_' and '-', at most 100 of them");
    }
  }

  /**
   * The queue: one record a job. One partition for share groups, which keep its order and spread
   * the work; many where a partition belongs to one worker.
   */
  public String jobs() {
    return prefix + ".jobs";
  }

  /** What becomes of the jobs; the results API. */
  public String status() {
    return prefix + ".status";
  }

  /** One record a run, compacted. */
  public String runs() {
    return prefix + ".runs";
  }

  /** Records of the queue that are no jobs, or that no worker survived. */
  public String deadLetters() {
    return "dlq." + prefix + ".jobs";
  }

  /** The share group of all workers. */
  public String shareGroup() {
    return prefix + "-workers";
  }

  /** The ordinary group of all workers: a group of the one kind can't become one of the other. */
  public String classicGroup() {
    return prefix + "-workers-classic";
  }

  /** All of them. */
  public List<String> all() {
    return List.of(jobs(), status(), runs(), deadLetters());
  }

  /**
   * The one partition of the status topic that holds all events of a run, so that whoever follows
   * it reads one partition in order.
   */
  public static int statusPartition(RunId run, int partitions) {
    byte[] name = run.toString().getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(name)) % partitions;
  }
}
