/** The form of log lines. */
@NullMarked
package io.imagetools.cli.logging;

import org.jspecify.annotations.NullMarked;
