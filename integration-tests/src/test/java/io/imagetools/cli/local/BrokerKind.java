package io.imagetools.cli.local;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Where the broker of a test runs. */
enum BrokerKind {
  EMBEDDED("embedded in this process"),
  CONTAINER("in a container of " + ContainerBroker.IMAGE);

  private final String words;

  BrokerKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /**
   * The kind that is asked for, else a container where one can be had without pulling anything.
   *
   * @param asked the property, if it is set
   * @param imageIsHere asked only where nothing is set
   * @throws IllegalArgumentException if there is no such kind
   */
  static BrokerKind chosen(@Nullable String asked, BooleanSupplier imageIsHere) {
    if (asked == null || asked.isEmpty()) {
      return imageIsHere.getAsBoolean() ? CONTAINER : EMBEDDED;
    }
    return Arrays.stream(values())
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(asked))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "-Dkafka=" + asked + ": it is either embedded or container."));
  }
}
