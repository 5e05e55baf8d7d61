package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where blobs were seen: places to mount them from. A place that turns out wrong costs one request,
 * so nothing here has to be true. Bounded; forgets what was not used for longest. Thread-safe.
 */
final class KnownBlobs {

  /** About 10 MB where few share a blob: the blobs of some five thousand images. */
  static final int MAX_BLOBS = 20_000;

  /** More than other workers are told of: parts of a registry may mount their own only. */
  static final int MAX_PLACES = 16;

  private final Map<Key, Deque<Repository>> places;

  private record Key(Registry registry, Digest blob) {}

  KnownBlobs() {
    this(MAX_BLOBS);
  }

  KnownBlobs(int max) {
    places = new Newest(max);
  }

  /** Notes that a repository has a blob. */
  synchronized void seen(Repository repository, Digest blob) {
    Deque<Repository> known =
        places.computeIfAbsent(new Key(repository.registry(), blob), key -> new ArrayDeque<>(2));
    if (!known.contains(repository)) {
      if (known.size() == MAX_PLACES) {
        known.remove(leastWorth(known));
      }
      known.addFirst(repository);
    }
  }

  /** The oldest that is not the only one of its part; or the oldest of all. */
  private static Repository leastWorth(Deque<Repository> known) {
    List<Repository> oldestFirst = new ArrayList<>(known);
    Collections.reverse(oldestFirst);
    return oldestFirst.stream()
        .filter(place -> known.stream().filter(other -> sharePart(other, place)).count() > 1)
        .findFirst()
        .orElse(oldestFirst.get(0));
  }

  /** Notes that it has it no longer, or lets nobody mount it from there. */
  synchronized void gone(Repository repository, Digest blob) {
    Deque<Repository> known = places.get(new Key(repository.registry(), blob));
    if (known != null) {
      known.remove(repository);
    }
  }

  /** Whether that very repository was seen to have it. */
  synchronized boolean has(Repository repository, Digest blob) {
    Deque<Repository> known = places.get(new Key(repository.registry(), blob));
    return known != null && known.contains(repository);
  }

  /** All repositories of a registry that have it, as far as is known; those seen last first. */
  synchronized List<Repository> places(Registry registry, Digest blob) {
    Deque<Repository> known = places.get(new Key(registry, blob));
    return known == null ? List.of() : List.copyOf(known);
  }

  /** Another repository of the same registry that has it, of the same part if there is one. */
  Optional<Repository> elsewhere(Repository repository, Digest blob) {
    return inSamePart(repository, blob).or(() -> others(repository, blob).findFirst());
  }

  /** Another repository that has it, and that whoever may write here may read in all likelihood. */
  Optional<Repository> inSamePart(Repository repository, Digest blob) {
    return others(repository, blob).filter(place -> sharePart(place, repository)).findFirst();
  }

  private Stream<Repository> others(Repository repository, Digest blob) {
    return places(repository.registry(), blob).stream().filter(place -> !place.equals(repository));
  }

  /** Whether both are in one namespace: a registry may want a login for each. */
  static boolean sharePart(Repository one, Repository other) {
    return part(one).equals(part(other));
  }

  private static String part(Repository repository) {
    String path = repository.path();
    return path.substring(0, Math.max(0, path.indexOf('/')));
  }

  private static final class Newest extends LinkedHashMap<Key, Deque<Repository>> {
    private static final long serialVersionUID = 1L;

    private final int max;

    Newest(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Deque<Repository>> eldest) {
      return size() > max;
    }
  }
}
