/** Two queues for one worker, so that small runs overtake large ones (docs/adr/0019). */
@NullMarked
package io.imagetools.worker.queue.lanes;

import org.jspecify.annotations.NullMarked;
