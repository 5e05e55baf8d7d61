/** What tests need of the broker beyond what the program does. */
@NullMarked
package io.imagetools.cli.local;

import org.jspecify.annotations.NullMarked;
