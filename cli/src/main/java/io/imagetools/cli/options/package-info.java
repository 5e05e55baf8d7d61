/** Groups of options that several commands share. */
@NullMarked
package io.imagetools.cli.options;

import org.jspecify.annotations.NullMarked;
