package io.imagetools.worker.execution;

/** Whether a registry is used. */
public enum CircuitState {
  /** It answers. */
  CLOSED(0),
  /** It was ill, and some images try it. */
  TRYING(0.5),
  /** It is ill and left alone. */
  OPEN(1);

  private final double level;

  CircuitState(double level) {
    this.level = level;
  }

  /** As a number: 0 is well, 1 is ill. */
  public double level() {
    return level;
  }
}
