package io.imagetools.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What was measured in one scenario. Used by one thread. */
final class Results {

  private final Map<String, Rows> ways = new LinkedHashMap<>();

  /** One way's samples, new and unchanged, a round each, and what went wrong. */
  record Rows(List<Sample> fresh, List<Sample> unchanged, List<String> troubles) {
    List<Sample> of(boolean same) {
      return same ? unchanged : fresh;
    }
  }

  private Rows rows(String way) {
    return ways.computeIfAbsent(
        way, name -> new Rows(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
  }

  void add(String way, boolean unchanged, Sample sample) {
    rows(way).of(unchanged).add(sample);
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

  List<Sample> samples(String way, boolean unchanged) {
    return rows(way).of(unchanged);
  }

  /** The median over the rounds. */
  Optional<Double> median(String way, boolean unchanged, ToDoubleFunction<Sample> what) {
    List<Double> values =
        samples(way, unchanged).stream().map(what::applyAsDouble).sorted().toList();
    if (values.isEmpty()) {
      return Optional.empty();
    }
    int half = values.size() / 2;
    return Optional.of(
        values.size() % 2 == 1 ? values.get(half) : (values.get(half - 1) + values.get(half)) / 2);
  }

  /**
   * How many times as long as another way: the median of the ratios within each round, since
   * seconds of different rounds do not compare on a machine that others use.
   */
  Optional<Double> ratio(String way, String other, boolean unchanged) {
    return ratio(samples(way, unchanged), Sample::wall, samples(other, unchanged));
  }

  /**
   * The same without the command's own start and end: from the first image's start to the last
   * one's end, which is what workers that are up take. None for a way that does not say.
   */
  Optional<Double> workingRatio(String way, String other, boolean unchanged) {
    List<Sample> mine = samples(way, unchanged);
    return mine.stream().allMatch(sample -> sample.slots().isPresent())
        ? ratio(mine, sample -> sample.slots().orElseThrow().working(), samples(other, unchanged))
        : Optional.empty();
  }

  private static Optional<Double> ratio(
      List<Sample> mine, ToDoubleFunction<Sample> what, List<Sample> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < Math.min(mine.size(), theirs.size()); round++) {
      ratios.add(what.applyAsDouble(mine.get(round)) / theirs.get(round).wall());
    }
    ratios.sort(null);
    if (ratios.isEmpty()) {
      return Optional.empty();
    }
    int half = ratios.size() / 2;
    return Optional.of(
        ratios.size() % 2 == 1 ? ratios.get(half) : (ratios.get(half - 1) + ratios.get(half)) / 2);
  }
}
