package io.imagetools.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What was measured in one scenario. Used by one thread. */
final class Results {

  private final Map<String, Rows> ways = new LinkedHashMap<>();

  /** One way's samples, new and unchanged, by the number of their round, and what went wrong. */
  private record Rows(
      SortedMap<Integer, Sample> fresh,
      SortedMap<Integer, Sample> unchanged,
      List<String> troubles) {
    SortedMap<Integer, Sample> of(boolean same) {
      return same ? unchanged : fresh;
    }
  }

  private Rows rows(String way) {
    return ways.computeIfAbsent(
        way, name -> new Rows(new TreeMap<>(), new TreeMap<>(), new ArrayList<>()));
  }

  void add(String way, int round, boolean unchanged, Sample sample) {
    rows(way).of(unchanged).put(round, sample);
  }

  void failed(String way, String trouble) {
    rows(way).troubles().add(trouble);
  }

  List<String> ways() {
    return List.copyOf(ways.keySet());
  }

  List<String> troubles(String way) {
    return rows(way).troubles();
  }

  /** By the number of their round; a round in which it failed is not there. */
  SortedMap<Integer, Sample> rounds(String way, boolean unchanged) {
    return Collections.unmodifiableSortedMap(rows(way).of(unchanged));
  }

  List<Sample> samples(String way, boolean unchanged) {
    return List.copyOf(rows(way).of(unchanged).values());
  }

  /** The median over the rounds. */
  Optional<Double> median(String way, boolean unchanged, ToDoubleFunction<Sample> what) {
    return median(samples(way, unchanged).stream().map(what::applyAsDouble).toList());
  }

  /**
   * How many times as long as another way: the median of the ratios within each round, since
   * seconds of different rounds do not compare on a machine that others use. A round in which one
   * of the two has no result counts for neither.
   */
  Optional<Double> ratio(String way, String other, boolean unchanged) {
    return ratio(rounds(way, unchanged), Sample::wall, rounds(other, unchanged), Sample::wall);
  }

  /**
   * The same without the command's own start and end: from the first image's start to the last
   * one's end, which is what workers that are up take. None for a way that does not say.
   */
  Optional<Double> workingRatio(String way, String other, boolean unchanged) {
    SortedMap<Integer, Sample> mine = rounds(way, unchanged);
    return saysSlots(mine)
        ? ratio(mine, Results::working, rounds(other, unchanged), Sample::wall)
        : Optional.empty();
  }

  /** The same with both ways held against each other without the commands' starts and ends. */
  Optional<Double> workingRatioOfBoth(String way, String other, boolean unchanged) {
    SortedMap<Integer, Sample> mine = rounds(way, unchanged);
    SortedMap<Integer, Sample> theirs = rounds(other, unchanged);
    return saysSlots(mine) && saysSlots(theirs)
        ? ratio(mine, Results::working, theirs, Results::working)
        : Optional.empty();
  }

  private static boolean saysSlots(SortedMap<Integer, Sample> samples) {
    return samples.values().stream().allMatch(sample -> sample.slots().isPresent());
  }

  private static double working(Sample sample) {
    return sample.slots().orElseThrow().working();
  }

  private static Optional<Double> ratio(
      SortedMap<Integer, Sample> mine,
      ToDoubleFunction<Sample> what,
      SortedMap<Integer, Sample> theirs,
      ToDoubleFunction<Sample> whatOfTheirs) {
    List<Double> ratios = new ArrayList<>();
    mine.forEach(
        (round, sample) -> {
          Sample their = theirs.get(round);
          if (their != null) {
            ratios.add(what.applyAsDouble(sample) / whatOfTheirs.applyAsDouble(their));
          }
        });
    return median(ratios);
  }

  private static Optional<Double> median(List<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return Optional.of(
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2);
  }
}
