package io.imagetools.collector.output;

import java.util.List;

/** Takes what is not mirrored, all of it each time. */
public interface FailedList {

  /**
   * From now on it holds these lines; none: there is no list.
   *
   * @throws OutputException if it can't be written; then it is as it was
   */
  void write(List<String> lines) throws OutputException;

  /**
   * From now on it holds these lines, and those that it held before: not all of the run is known,
   * and what is not may be among them. A line too many is found mirrored when it is fed back in.
   *
   * @throws OutputException if it can't be written; then it is as it was
   */
  void add(List<String> lines) throws OutputException;
}
