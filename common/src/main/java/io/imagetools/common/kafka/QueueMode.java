package io.imagetools.common.kafka;

/** On which kind of group the workers of a cluster take jobs. All must agree, producers too. */
public enum QueueMode {
  /** Whichever the cluster serves best. */
  AUTO,
  /** A share group: Kafka 4.2 or newer. */
  SHARE,
  /** An ordinary consumer group: any Kafka. */
  CLASSIC;

  /** Never {@link #AUTO}: what that comes to on such a cluster. */
  public QueueMode on(ClusterFeatures features) {
    if (this != AUTO) {
      return this;
    }
    return features.hasShareGroups() ? SHARE : CLASSIC;
  }
}
