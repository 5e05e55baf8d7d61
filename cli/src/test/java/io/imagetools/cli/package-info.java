/** The command line as its users see it. */
@NullMarked
package io.imagetools.cli;

import org.jspecify.annotations.NullMarked;
