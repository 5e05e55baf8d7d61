package io.imagetools.worker.engine.skopeo;

/** The two ends of a copy. */
enum Side {
  SOURCE("src"),
  DESTINATION("dest");

  private final String word;

  Side(String word) {
    this.word = word;
  }

  /** What skopeo calls it in its options. */
  String word() {
    return word;
  }
}
