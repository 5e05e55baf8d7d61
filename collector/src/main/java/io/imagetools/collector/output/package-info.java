/** What is left of a run when it is over: the failed list, the report, the summary. */
@NullMarked
package io.imagetools.collector.output;

import org.jspecify.annotations.NullMarked;
