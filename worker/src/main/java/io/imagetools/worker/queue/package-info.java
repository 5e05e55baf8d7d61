/** The port through which a worker takes jobs. */
@NullMarked
package io.imagetools.worker.queue;

import org.jspecify.annotations.NullMarked;
