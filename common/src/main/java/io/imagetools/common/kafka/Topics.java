package io.imagetools.common.kafka;

import io.imagetools.common.job.RunId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Utils;

/**
 * The names of the topics and of the group, all under one prefix, so that several installations can
 * share a cluster.
 *
 * @param prefix letters, digits, {@code .}, {@code _} and {@code -}
 * @param lane of which the queue's topic and groups are meant; all other names are the same
 */
public record Topics(String prefix, Lane lane) {

  /**
   * There are three queues: small runs may overtake large ones (docs/adr/0019), and two large ones
   * go on side by side (docs/adr/0030).
   */
  public enum Lane {
    /** For all runs. */
    MAIN("jobs", "workers"),
    /** For small runs that would wait behind others. */
    EXPRESS("express", "express"),
    /** For large runs that would wait behind another one. */
    BESIDE("beside", "beside");

    private final String topic;
    private final String group;

    Lane(String topic, String group) {
      this.topic = topic;
      this.group = group;
    }
  }

  private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");

  /** What they are called when nobody says otherwise. */
  public static final Topics DEFAULT = new Topics("mirror");

  /** With the queue for all runs. */
  public Topics(String prefix) {
    this(prefix, Lane.MAIN);
  }

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
    return prefix + "." + lane.topic;
  }

  /** The same with that queue. */
  public Topics in(Lane other) {
    return new Topics(prefix, other);
  }

  /** What becomes of the jobs; the results API. */
  public String status() {
    return prefix + ".status";
  }

  /** One record a run, compacted. */
  public String runs() {
    return prefix + ".runs";
  }

  /**
   * Jobs that wait beside the queue until their time has come: one record a parking, removed by a
   * tombstone when its job is back on the queue. Compacted, one partition.
   */
  public String retry() {
    return prefix + ".retry";
  }

  /** What workers learned of registries, for all of them: one record a registry, compacted. */
  public String registries() {
    return prefix + ".registries";
  }

  /**
   * Which large blobs workers send, and where they are then: one record a blob, compacted. One
   * partition: its order decides which worker sends.
   */
  public String blobs() {
    return prefix + ".blobs";
  }

  /** Records of the queue that are no jobs, or that no worker survived. */
  public String deadLetters() {
    return "dlq." + prefix + ".jobs";
  }

  /** The share group of all workers. */
  public String shareGroup() {
    return prefix + "-" + lane.group;
  }

  /** The ordinary group of all workers: a group of the one kind can't become one of the other. */
  public String classicGroup() {
    return prefix + "-" + lane.group + "-classic";
  }

  /** The ordinary group in which one worker of all is to bring back the parked jobs. */
  public String retryGroup() {
    return prefix + "-workers-retry";
  }

  /** Those with jobs. */
  List<String> queues() {
    return Arrays.stream(Lane.values()).map(queue -> in(queue).jobs()).toList();
  }

  /** All of them. */
  public List<String> all() {
    List<String> all = new ArrayList<>(queues());
    all.addAll(List.of(status(), runs(), retry(), registries(), blobs(), deadLetters()));
    return List.copyOf(all);
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
