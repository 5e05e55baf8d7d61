/** Where a piece of work belongs in a trace, and the port to what records it. JDK only. */
@NullMarked
package io.imagetools.common.trace;

import org.jspecify.annotations.NullMarked;
