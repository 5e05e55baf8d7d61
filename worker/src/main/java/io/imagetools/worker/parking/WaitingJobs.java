package io.imagetools.worker.parking;

import io.imagetools.common.image.Registry;
import io.imagetools.common.kafka.ParkedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What the retry topic holds, as far as it was read. Used by one thread. */
final class WaitingJobs {

  /** By key, in the order in which they were parked. */
  private final Map<String, ParkedRecord> parked = new LinkedHashMap<>();

  /** Was parked. */
  void add(ParkedRecord record) {
    parked.put(record.key(), record);
  }

  /** Is not, or no longer. */
  void remove(String key) {
    parked.remove(key);
  }

  void clear() {
    parked.clear();
  }

  int size() {
    return parked.size();
  }

  /**
   * Whose time has come.
   *
   * @param ready whether one whose time has come may go on
   * @param most that many at most
   * @param mostPerSource that many at most of one source: if it is limited, the first few find out
   * @param unwanted whether one is only to be answered, so that its source does not matter
   */
  List<ParkedRecord> due(
      Predicate<ParkedRecord> ready,
      int most,
      int mostPerSource,
      Predicate<ParkedRecord> unwanted) {
    List<ParkedRecord> due = new ArrayList<>();
    Map<Registry, Integer> perSource = new HashMap<>();
    for (ParkedRecord record : parked.values()) {
      if (due.size() == most) {
        break;
      }
      if (unwanted.test(record)) {
        due.add(record);
        continue;
      }
      Registry source = record.job().source().registry();
      if (perSource.getOrDefault(source, 0) < mostPerSource && ready.test(record)) {
        perSource.merge(source, 1, Integer::sum);
        due.add(record);
      }
    }
    return due;
  }
}
