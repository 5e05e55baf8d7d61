/** Log lines on stderr: one line an event, as text or JSON. */
@NullMarked
package io.imagetools.cli.logging;

import org.jspecify.annotations.NullMarked;
