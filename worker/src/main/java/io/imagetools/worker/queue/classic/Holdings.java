package io.imagetools.worker.queue.classic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this worker has: its partitions, the records that wait for a slot, the jobs that are begun
 * but not on record, and those that run. A job may outlive the worker's hold on its partition. Used
 * by the polling thread only.
 */
final class Holdings {
  private static final Logger LOG = LoggerFactory.getLogger(Holdings.class);

  private final Map<TopicPartition, OffsetWindow> windows = new HashMap<>();
  private final Deque<Taken> waiting = new ArrayDeque<>();
  private final Map<Taken, Integer> begun = new LinkedHashMap<>();
  private final Set<Taken> running = new HashSet<>();
  private final Set<TopicPartition> changed = new HashSet<>();

  /** Becomes ours, as it was committed. */
  void assign(TopicPartition partition, @Nullable OffsetAndMetadata committed) {
    windows.put(
        partition,
        committed == null
            ? new OffsetWindow(0, "")
            : new OffsetWindow(committed.offset(), committed.metadata()));
  }

  /** A record has come; whether it is to be done. */
  boolean take(Taken taken) {
    OffsetWindow window = windows.get(taken.partition());
    if (window == null) {
      return false; // it came with the news that its partition went
    }
    if (!window.take(taken.offset())) {
      changed.add(taken.partition());
      return false;
    }
    return !running.contains(taken); // else its partition went and came back meanwhile
  }

  /** How often it was begun, as far as is known. */
  int starts(Taken taken) {
    OffsetWindow window = windows.get(taken.partition());
    return window == null ? 0 : window.starts(taken.offset());
  }

  /** It wants a slot. */
  void await(Taken taken) {
    waiting.add(taken);
  }

  /** How many want a slot or have one. */
  int load() {
    return waiting.size() + busy();
  }

  /** How many have a slot. */
  int busy() {
    return begun.size() + running.size();
  }

  /** Begins those that wait, as long as there are slots; they run when that is on record. */
  void begin(int slots) {
    while (busy() < slots && !waiting.isEmpty()) {
      Taken taken = waiting.remove();
      OffsetWindow window = windows.get(taken.partition());
      if (window != null && window.isOpen(taken.offset())) {
        begun.put(taken, window.begin(taken.offset()));
        changed.add(taken.partition());
      }
    }
  }

  /** Those that are begun, with the numbers of their starts. */
  Map<Taken, Integer> begun() {
    return Map.copyOf(begun);
  }

  /** Its start is on record; false: its partition has gone, and it must not run. */
  boolean launch(Taken taken) {
    return begun.remove(taken) != null && running.add(taken);
  }

  boolean changed() {
    return !changed.isEmpty();
  }

  /** What is to be committed; counts as committed from now on. */
  Map<TopicPartition, OffsetAndMetadata> changes(int metadataLimit) {
    Map<TopicPartition, OffsetAndMetadata> commits = commits(changed, metadataLimit);
    changed.clear();
    return commits;
  }

  /** It was not committed after all. */
  void uncommitted(Collection<TopicPartition> partitions) {
    partitions.stream().filter(windows::containsKey).forEach(changed::add);
  }

  private Map<TopicPartition, OffsetAndMetadata> commits(
      Collection<TopicPartition> partitions, int metadataLimit) {
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetWindow window = windows.get(partition);
      if (window != null) {
        commits.put(
            partition, new OffsetAndMetadata(window.committable(), window.metadata(metadataLimit)));
      }
    }
    return commits;
  }

  /** It is done. */
  void finished(Taken taken) {
    running.remove(taken);
    OffsetWindow window = windows.get(taken.partition());
    if (window == null) {
      LOG.debug("{} went elsewhere while offset {} was done.", taken.partition(), taken.offset());
      return;
    }
    window.finish(taken.offset());
    changed.add(taken.partition());
  }

  /** It is not done, and this worker shall try again. */
  void released(Taken taken) {
    running.remove(taken);
    OffsetWindow window = windows.get(taken.partition());
    if (window != null && window.isOpen(taken.offset())) {
      waiting.add(taken);
    }
  }

  /** It is not done, and somebody else shall do it. */
  void handedBack(Taken taken) {
    running.remove(taken);
    forgive(taken);
  }

  private void forgive(Taken taken) {
    OffsetWindow window = windows.get(taken.partition());
    if (window != null) {
      window.forgive(taken.offset());
      changed.add(taken.partition());
    }
  }

  /** Begins nothing more: what waits, or is begun and does not run, is for somebody else. */
  void stopTaking() {
    waiting.clear();
    begun.keySet().forEach(this::forgive);
    begun.clear();
  }

  /**
   * These are somebody else's from now on. Jobs of them that run go on.
   *
   * @return what the next one has to know
   */
  Map<TopicPartition, OffsetAndMetadata> giveUp(
      Collection<TopicPartition> partitions, int metadataLimit) {
    for (Taken taken : of(partitions, begun.keySet())) {
      forgive(taken);
    }
    for (Taken taken : of(partitions, running)) {
      forgive(taken); // this worker lives; whoever begins it next is not to count that
    }
    Map<TopicPartition, OffsetAndMetadata> commits =
        commits(partitions.stream().filter(changed::contains).toList(), metadataLimit);
    lose(partitions);
    return commits;
  }

  /** These are somebody else's already. */
  void lose(Collection<TopicPartition> partitions) {
    of(partitions, begun.keySet()).forEach(begun::remove);
    waiting.removeAll(of(partitions, waiting));
    partitions.forEach(windows::remove);
    changed.removeAll(Set.copyOf(partitions));
  }

  /** All that are ours. */
  Set<TopicPartition> partitions() {
    return Set.copyOf(windows.keySet());
  }

  private static List<Taken> of(Collection<TopicPartition> partitions, Collection<Taken> all) {
    Set<TopicPartition> wanted = Set.copyOf(partitions);
    List<Taken> found = new ArrayList<>();
    for (Taken taken : all) {
      if (wanted.contains(taken.partition())) {
        found.add(taken);
      }
    }
    return found;
  }
}
