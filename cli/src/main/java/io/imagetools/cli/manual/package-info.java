/** What is shipped beside the program, made from its grammar: man pages and completion scripts. */
@NullMarked
package io.imagetools.cli.manual;

import org.jspecify.annotations.NullMarked;
