/** Events of a run, as they come from the status topic. */
@NullMarked
package io.imagetools.collector.intake;

import org.jspecify.annotations.NullMarked;
