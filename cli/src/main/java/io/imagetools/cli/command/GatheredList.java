package io.imagetools.cli.command;

import io.imagetools.collector.output.FailedList;
import io.imagetools.collector.output.OutputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One failed list for several runs: what is not mirrored of the last one, after that of others. */
final class GatheredList implements FailedList {
  private final FailedList target;
  private final List<String> earlier = new ArrayList<>();
  private List<String> current = List.of();

  GatheredList(FailedList target) {
    this.target = target;
  }

  /** A further run begins; what the one before left over stays. */
  void next() {
    earlier.addAll(current);
    current = List.of();
  }

  @Override
  public void write(List<String> lines) throws OutputException {
    current = List.copyOf(lines);
    target.write(all());
  }

  @Override
  public void add(List<String> lines) throws OutputException {
    current = Stream.concat(current.stream(), lines.stream()).distinct().toList();
    target.add(all());
  }

  private List<String> all() {
    return Stream.concat(earlier.stream(), current.stream()).distinct().toList();
  }
}
