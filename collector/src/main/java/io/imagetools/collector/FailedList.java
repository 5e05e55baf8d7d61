package io.imagetools.collector;

import io.imagetools.collector.output.OutputException;
import java.util.List;

/** Takes what is not mirrored, all of it each time. */
@FunctionalInterface
public interface FailedList {

  /**
   * From now on it holds these lines; none: there is no list.
   *
   * @throws OutputException if it can't be written; then it is as it was
   */
  void write(List<String> lines) throws OutputException;
}
