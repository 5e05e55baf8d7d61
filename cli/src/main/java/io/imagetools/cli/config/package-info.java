/** Settings by flag, environment variable and file: one precedence, all mistakes at once. */
@NullMarked
package io.imagetools.cli.config;

import org.jspecify.annotations.NullMarked;
