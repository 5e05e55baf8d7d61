/** The program image-tools: its main class and its top command. */
@NullMarked
package io.imagetools.cli;

import org.jspecify.annotations.NullMarked;
