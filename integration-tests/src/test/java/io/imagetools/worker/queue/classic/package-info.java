/** What only a broker shows of parts that nobody outside their package sees. */
@NullMarked
package io.imagetools.worker.queue.classic;

import org.jspecify.annotations.NullMarked;
