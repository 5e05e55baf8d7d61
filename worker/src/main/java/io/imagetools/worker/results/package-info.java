/** The worker's side of the status and runs topics. */
@NullMarked
package io.imagetools.worker.results;

import org.jspecify.annotations.NullMarked;
