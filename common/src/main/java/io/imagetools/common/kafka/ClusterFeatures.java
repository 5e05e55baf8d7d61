package io.imagetools.common.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What a cluster says it can.
 *
 * @param shareVersion the level of {@code share.version}; 0: it has none
 * @param metadataVersion the level of {@code metadata.version}; 0: it has none
 */
public record ClusterFeatures(int shareVersion, int metadataVersion) {

  /** 4.2: a 4.1 broker has share groups as a preview that can neither renew nor limit records. */
  private static final int METADATA_VERSION_4_2 = 29;

  /**
   * As the cluster answers.
   *
   * @throws io.imagetools.common.process.EnvironmentException if it does not
   */
  public static ClusterFeatures of(Admin admin, Duration limit) throws InterruptedException {
    DescribeFeaturesOptions options =
        new DescribeFeaturesOptions().timeoutMs((int) limit.toMillis());
    try {
      Map<String, FinalizedVersionRange> features =
          admin.describeFeatures(options).featureMetadata().get().finalizedFeatures();
      return new ClusterFeatures(
          level(features, "share.version"), level(features, "metadata.version"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnsupportedVersionException) {
        return new ClusterFeatures(0, 0); // older than the question
      }
      throw BrokerAnswer.refused("ask the cluster for its features", e.getCause());
    }
  }

  private static int level(Map<String, FinalizedVersionRange> features, String name) {
    FinalizedVersionRange range = features.get(name);
    return range == null ? 0 : range.maxVersionLevel();
  }

  /** Whether it has share groups that can serve as a queue. */
  public boolean hasShareGroups() {
    return shareVersion >= 1 && metadataVersion >= METADATA_VERSION_4_2;
  }
}
