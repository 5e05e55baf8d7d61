/**
 * Running other programs safely, finding them, and fetching one. The only place that starts any.
 */
@NullMarked
package io.imagetools.worker.program;

import org.jspecify.annotations.NullMarked;
