package io.imagetools.cli.terminal;

/**
 * How far a run is.
 *
 * @param total jobs of the run
 * @param done jobs that have ended, well or not
 * @param running jobs that a worker is at
 * @param failed jobs that ended without success
 * @param bytes copied so far by the jobs that have ended, and by running ones where that is known
 */
public record Progress(int total, int done, int running, int failed, long bytes) {}
