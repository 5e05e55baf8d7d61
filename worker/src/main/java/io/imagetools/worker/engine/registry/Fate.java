package io.imagetools.worker.engine.registry;

/** What became of a blob. */
enum Fate {
  /** Its bytes were sent. */
  COPIED,
  /** The registry had it in another repository. */
  MOUNTED,
  /** It was there. */
  SKIPPED
}
