package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import java.util.List;
import java.util.Objects;

/** Blobs that are to be delivered, for tests. */
final class Orders {

  static final Digest BLOB = Digest.sha256("blob");
  static final Digest OTHER = Digest.sha256("other");
  static final Registry DESTINATION = new Registry("destination:1");
  static final Repository FROM = new Repository(new Registry("source:1"), "app");

  private Orders() {}

  static Repository repository(String path) {
    return new Repository(DESTINATION, path);
  }

  static BlobDelivery.Order to(String path) {
    return of(BLOB, path, 4);
  }

  /** Workers ask each other before they send it. */
  static BlobDelivery.Order large(String path) {
    return of(BLOB, path, FleetBlobs.LEAST_BYTES);
  }

  static BlobDelivery.Order of(Digest blob, String path, long size) {
    return new BlobDelivery.Order(FROM, repository(path), blob, size);
  }

  static Fate deliver(BlobDelivery delivery, BlobDelivery.Order order) throws Exception {
    return Objects.requireNonNull(delivery.deliver(List.of(order)).get(order));
  }
}
