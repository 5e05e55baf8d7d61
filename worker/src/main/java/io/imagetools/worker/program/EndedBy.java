package io.imagetools.worker.program;

/** What ended a run of a program. */
public enum EndedBy {
  /** The program itself, with an exit status (or somebody else's signal). */
  EXIT,
  /** It ran longer than the wall limit; its whole tree was killed. */
  WALL_LIMIT,
  /** It neither moved a byte nor said a word for the stall limit; its whole tree was killed. */
  STALL_LIMIT,
  /** The runner was closed; its whole tree was killed. */
  CLOSED
}
