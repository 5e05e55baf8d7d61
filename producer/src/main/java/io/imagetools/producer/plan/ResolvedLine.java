package io.imagetools.producer.plan;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.InvalidReferenceException;
import io.imagetools.common.image.Repository;
import io.imagetools.common.imagelist.ListLine;
import io.imagetools.common.imagelist.WrittenImage;
import org.jspecify.annotations.Nullable;

/** A line of the list with its registries decided: from where to where. */
record ResolvedLine(ListLine.Entry entry, ImageReference source, ImageReference destination) {

  /**
   * Decides them: override, then the list, then Docker Hub.
   *
   * @throws InvalidReferenceException if an override makes a name too long
   */
  static ResolvedLine of(ListLine.Entry entry, WrittenImage destination, Overrides overrides) {
    ImageReference from = entry.source().reference();
    return new ResolvedLine(
        entry,
        new ImageReference(
            repository(entry.source(), overrides.source()), from.tag(), from.digest()),
        repository(destination, overrides.destination())
            .tagged(destination.reference().requireTag()));
  }

  private static Repository repository(WrittenImage image, @Nullable RegistryOverride override) {
    return override == null ? image.reference().repository() : override.applyTo(image);
  }

  int number() {
    return entry.number();
  }

  /** What is copied. A digest decides over the tag beside it, so then the tag does not matter. */
  ImageReference content() {
    return source.digest() == null ? source : source.at(source.digest());
  }
}
