/**
 * Several queues for one worker, so that small runs overtake large ones (docs/adr/0019) and two
 * large ones go on side by side (docs/adr/0030).
 */
@NullMarked
package io.imagetools.worker.queue.lanes;

import org.jspecify.annotations.NullMarked;
