package io.imagetools.worker.queue.share;

import io.imagetools.common.kafka.BrokerAnswer;
import io.imagetools.common.kafka.Topics;
import io.imagetools.common.process.Check;
import io.imagetools.common.process.EnvironmentException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The group's settings, which live in the cluster, and whether the cluster has such groups. */
final class ShareGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ShareGroup.class);

  /** 4.2: a 4.1 broker has share groups as a preview that can neither renew nor limit records. */
  private static final int METADATA_VERSION_4_2 = 29;

  private final Admin admin;
  private final Topics topics;

  ShareGroup(Admin admin, Topics topics) {
    this.admin = admin;
    this.topics = topics;
  }

  /** Whether the cluster would hand out jobs. */
  Check check() throws InterruptedException {
    Map<String, FinalizedVersionRange> features;
    try {
      features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();
    } catch (ExecutionException e) {
      throw BrokerAnswer.refused("ask the cluster for its features", e.getCause());
    }
    boolean serves =
        level(features, "share.version") >= 1
            && level(features, "metadata.version") >= METADATA_VERSION_4_2;
    return serves
        ? Check.ok("queue", "the cluster has share groups")
        : Check.failed(
            "queue",
            "The cluster has no share groups (share.version="
                + level(features, "share.version")
                + ", metadata.version="
                + level(features, "metadata.version")
                + ").",
            "Kafka 4.2 or newer is needed; on a cluster that was upgraded, run 'kafka-features.sh"
                + " --bootstrap-server … upgrade --release-version 4.2' (or newer).");
  }

  private static int level(Map<String, FinalizedVersionRange> features, String name) {
    FinalizedVersionRange range = features.get(name);
    return range == null ? 0 : range.maxVersionLevel();
  }

  /**
   * Sets the group up, before its first member joins.
   *
   * @throws EnvironmentException if jobs that wait already would be passed over otherwise
   */
  void configure(ShareSettings settings) throws InterruptedException {
    // Without it the group begins at the end: jobs that were there before its first member are
    // lost.
    set("share.auto.offset.reset", "earliest", true);
    set("share.record.lock.duration.ms", Long.toString(settings.lock().toMillis()), false);
    // These two exist since 4.3; without them the broker's own bounds hold.
    set("share.delivery.count.limit", Integer.toString(ShareSettings.BROKER_DELIVERIES), false);
    set("share.partition.max.record.locks", "4000", false);
  }

  private void set(String name, String value, boolean required) throws InterruptedException {
    ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, topics.shareGroup());
    AlterConfigOp op = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    try {
      admin.incrementalAlterConfigs(Map.of(group, List.of(op))).all().get();
    } catch (ExecutionException e) {
      if (required) {
        throw BrokerAnswer.refused(
            "set " + name + "=" + value + " for the group " + topics.shareGroup(), e.getCause());
      }
      LOG.debug("The cluster does not take {}={}; its own value holds.", name, value, e);
    }
  }
}
