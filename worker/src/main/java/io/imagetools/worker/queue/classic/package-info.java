/**
 * The jobs queue on an ordinary consumer group, for clusters without share groups, and for one
 * process that is cluster and worker.
 *
 * <p>A partition belongs to one worker at a time. Jobs of a partition end in any order, but a group
 * remembers one offset a partition: the lowest one that is not finished. What is finished beyond
 * it, and how often a job was begun, stands in the commit's metadata (see {@link
 * io.imagetools.worker.queue.classic.CommitMetadata}).
 *
 * <p>What differs from share groups by nature: a worker that is killed holds its jobs until its
 * session ends (10 s), not until its connection closes; when a partition moves to a worker that
 * joins, the jobs of it that run go on where they are and are begun there too (their destination is
 * the same, so the second finds the work done); and a job that takes long keeps what is finished
 * behind it in the lag.
 */
@NullMarked
package io.imagetools.worker.queue.classic;

import org.jspecify.annotations.NullMarked;
