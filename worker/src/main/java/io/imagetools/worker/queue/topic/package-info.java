/** What all queues on a jobs topic share: records, dead letters, outages, how one ends. */
@NullMarked
package io.imagetools.worker.queue.topic;

import org.jspecify.annotations.NullMarked;
