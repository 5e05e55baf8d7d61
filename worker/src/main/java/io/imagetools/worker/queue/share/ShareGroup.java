package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.ClusterFeatures;
import io.imagetools.common.kafka.Right;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The group's settings, which live in the cluster, and whether the cluster has such groups. */
final class ShareGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);

  private static final int PROBE_MILLIS = 3_000;

  /** How long a broker may lag behind the controller. */
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(60);

  private static final long PAUSE_MILLIS = 20;

  private static final String OFFSET_RESET = "share.auto.offset.reset";
  private static final String EARLIEST = "earliest";

  private static final String LOCK = "share.record.lock.duration.ms";
  private static final String DELIVERIES = "share.delivery.count.limit";
  private static final String MOST_DELIVERIES = "25";
  private static final String RECORD_LOCKS = "share.partition.max.record.locks";
  private static final String MOST_RECORD_LOCKS = "10000";

  /** As much of both as a cluster allows that was not set up otherwise. */
  private static final Map<String, String> WITHIN_DEFAULTS =
      new TreeMap<>(
          Map.of(
              DELIVERIES, Integer.toString(ShareSettings.BROKER_DELIVERIES), RECORD_LOCKS, "4000"));

  private final Admin admin;
  private final Topics topics;

  ShareGroup(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  /** Whether the cluster would hand out jobs; it has that long for its answer. */
  Check check(Duration limit) throws InterruptedException {
    ClusterFeatures features = ClusterFeatures.of(admin, limit);
    return features.hasShareGroups()
        ? Check.ok("queue", "the cluster has share groups")
        : Check.failed(
            "queue",
            "The cluster has no share groups (share.version="
                + features.shareVersion()
                + ", metadata.version="
                + features.metadataVersion()
                + ").",
            "Kafka 4.2 or newer is needed; on a cluster that was upgraded, run 'kafka-features.sh"
                + " --bootstrap-server … upgrade --release-version 4.2' (or newer). Without share"
                + " groups, use --queue classic everywhere.");
  }

  /** Whether a broker answers now; quick. */
  Optional<Exception> silence() throws InterruptedException {
    try {
      DescribeClusterOptions quick = new DescribeClusterOptions().timeoutMs(PROBE_MILLIS);
      admin.describeCluster(quick).clusterId().get();
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(e.getCause() instanceof Exception cause ? cause : e);
    }
  }

  /**
   * Sets the group up, before its first member joins. An account that may not do so finds it set up
   * by somebody else, or is refused.
   *
   * @throws EnvironmentException if jobs that wait already would be passed over otherwise
   */
  void configure(ShareSettings settings) throws InterruptedException {
    if (allAtOnce(settings).isEmpty()) {
      awaitEarliest();
    } else {
      oneByOne(settings);
    }
  }

  private ConfigResource resource() {
    return new ConfigResource(ConfigResource.Type.GROUP, topics.shareGroup());
  }

  /** One question instead of four, where the cluster takes all of it. */
  private Optional<Throwable> allAtOnce(ShareSettings settings) throws InterruptedException {
    return set(
        Map.of(
            OFFSET_RESET,
            EARLIEST,
            LOCK,
            Long.toString(settings.lock().toMillis()),
            DELIVERIES,
            MOST_DELIVERIES,
            RECORD_LOCKS,
            MOST_RECORD_LOCKS));
  }

  private void oneByOne(ShareSettings settings) throws InterruptedException {
    // Without it the group begins at the end: jobs that were there before its first member are
    // lost.
    Optional<Throwable> refusal = set(OFFSET_RESET, EARLIEST);
    if (refusal.isPresent()) {
      accept(refusal.get());
      return;
    }
    awaitEarliest();
    set(LOCK, Long.toString(settings.lock().toMillis()));
    // The next two exist since 4.3; without them the broker's own bounds hold. For the first: the
    // most that a broker can be set up to allow, or else the most that any allows.
    setOrDefault(DELIVERIES, MOST_DELIVERIES);
    // Behind a job that takes an hour so many others are done. Likewise.
    setOrDefault(RECORD_LOCKS, MOST_RECORD_LOCKS);
  }

  private void setOrDefault(String name, String most) throws InterruptedException {
    if (set(name, most).isPresent()) {
      set(name, Objects.requireNonNull(WITHIN_DEFAULTS.get(name)));
    }
  }

  /**
   * The controller has it; a broker that lags behind would still let the first member pass over.
   */
  private void awaitEarliest() throws InterruptedException {
    long start = System.nanoTime();
    while (!EARLIEST.equals(value(present(), OFFSET_RESET))) {
      if (System.nanoTime() - start > VISIBLE_WITHIN.toNanos()) {
        throw new EnvironmentException(
            "The cluster took "
                + OFFSET_RESET
                + "="
                + EARLIEST
                + " for the group "
                + topics.shareGroup()
                + ", but its brokers do not know it after "
                + VISIBLE_WITHIN.toSeconds()
                + " s; no job is taken, as jobs that wait already could be passed over."
                + " Look at the brokers' logs, then start the worker again.");
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  /** Whether it can be lived with that the group can't be set up from here. */
  private void accept(Throwable refusal) throws InterruptedException {
    String group = topics.shareGroup();
    String tried = "set " + OFFSET_RESET + "=" + EARLIEST + " for the group " + group;
    if (!(refusal instanceof AuthorizationException)) {
      throw BrokerAnswer.refused(tried, refusal);
    }
    Config present = present();
    Map<String, String> wanted = new TreeMap<>(Map.of(OFFSET_RESET, EARLIEST));
    if (present.get(DELIVERIES) != null) { // since 4.3
      wanted.putAll(WITHIN_DEFAULTS);
    }
    String reset = value(present, OFFSET_RESET);
    if (!EARLIEST.equals(reset)) {
      throw new EnvironmentException(
          "The group "
              + group
              + " has "
              + OFFSET_RESET
              + "="
              + reset
              + ", so that jobs that wait already would be passed over, and "
              + BrokerAnswer.briefly(refusal, Right.onGroup(AclOperation.ALTER_CONFIGS, group))
              + " to change that. Either give it, or let an admin run, once: "
              + command(wanted)
              + ".",
          refusal);
    }
    warnOfFewDeliveries(present);
    LOG.debug("The group {} is set up already; this account may not change it.", group);
  }

  /** A worker that dies may use up several at once, and then the broker says nothing. */
  private void warnOfFewDeliveries(Config present) {
    String deliveries = value(present, DELIVERIES);
    if (!deliveries.isEmpty() && Integer.parseInt(deliveries) < ShareSettings.BROKER_DELIVERIES) {
      LOG.warn(
          "The group {} has {}={}: after so many deliveries, which few deaths of workers use up, the"
              + " cluster drops a job without a word, and it is NO_RESULT. This account may not"
              + " change that; let an admin run, once: {}",
          topics.shareGroup(),
          DELIVERIES,
          deliveries,
          command(WITHIN_DEFAULTS));
    }
  }

  private String command(Map<String, String> settings) {
    return "'kafka-configs.sh --bootstrap-server … --alter --entity-type groups --entity-name "
        + topics.shareGroup()
        + " --add-config "
        + settings.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(","))
        + "'";
  }

  /** Empty if the cluster knows no such setting. */
  private static String value(Config settings, String name) {
    ConfigEntry entry = settings.get(name);
    return entry == null ? "" : entry.value();
  }

  private Config present() throws InterruptedException {
    ConfigResource group = resource();
    try {
      return Objects.requireNonNull(admin.describeConfigs(List.of(group)).all().get().get(group));
    } catch (ExecutionException e) {
      throw BrokerAnswer.refused(
          "look at the settings of the group " + topics.shareGroup(),
          e.getCause(),
          Right.onGroup(AclOperation.DESCRIBE_CONFIGS, topics.shareGroup()));
    }
  }

  /** Sets it; what came of it, if it was refused. */
  private Optional<Throwable> set(String name, String value) throws InterruptedException {
    return set(Map.of(name, value));
  }

  /** Sets all of it or nothing. */
  private Optional<Throwable> set(Map<String, String> values) throws InterruptedException {
    ConfigResource group = resource();
    List<AlterConfigOp> ops = new ArrayList<>();
    values.forEach(
        (name, value) ->
            ops.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
    try {
      admin.incrementalAlterConfigs(Map.of(group, ops)).all().get();
      return Optional.empty();
    } catch (ExecutionException e) {
      LOG.debug("The cluster does not take {}; its own values hold.", values, e);
      return Optional.of(e.getCause() == null ? e : e.getCause());
    }
  }
}
