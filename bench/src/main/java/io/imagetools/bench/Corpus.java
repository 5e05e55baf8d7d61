package io.imagetools.bench;

import java.util.List;
import java.util.stream.Stream;

/**
 * Images at a source, in the order of the list.
 *
 * @param images each of two platforms
 * @param bytes of all distinct blobs
 */
record Corpus(List<Image> images, long bytes) {

  Corpus {
    images = List.copyOf(images);
  }

  /**
   * An image.
   *
   * @param repository its place, on both sides
   * @param digest of its index
   * @param mediaType of its index
   * @param children digests of its manifests
   * @param childType their media type
   * @param blobs digests, configs included
   */
  record Image(
      String repository,
      String digest,
      String mediaType,
      List<String> children,
      String childType,
      List<String> blobs) {
    Image {
      children = List.copyOf(children);
      blobs = List.copyOf(blobs);
    }

    /** As a list says it. */
    String line() {
      return repository + " " + repository + " " + Step.TAG;
    }
  }

  /** The first so many of them. */
  Corpus first(int count) {
    return count >= images.size() ? this : new Corpus(images.subList(0, count), bytes);
  }

  /** The steps that mirror it to an empty registry. */
  Stream<Step> steps() {
    java.util.Map<String, String> places = new java.util.HashMap<>();
    java.util.List<Step> steps = new java.util.ArrayList<>();
    for (Image image : images) {
      for (String blob : image.blobs()) {
        String place = places.putIfAbsent(blob, image.repository());
        if (place == null) {
          steps.add(new Step(Step.Kind.BLOB, image.repository(), blob, "-"));
        } else if (!place.equals(image.repository())) {
          steps.add(new Step(Step.Kind.MOUNT, image.repository(), blob, place));
        }
      }
      for (String child : image.children()) {
        steps.add(new Step(Step.Kind.MANIFEST, image.repository(), child, image.childType()));
      }
      steps.add(new Step(Step.Kind.INDEX, image.repository(), image.digest(), image.mediaType()));
    }
    return steps.stream();
  }

  /** The steps that see that nothing is to be done. */
  Stream<Step> looks() {
    return images.stream()
        .map(image -> new Step(Step.Kind.LOOK, image.repository(), "-", image.mediaType()));
  }
}
