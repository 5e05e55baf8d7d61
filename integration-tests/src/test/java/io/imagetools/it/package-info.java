/** Adapters and whole runs on real parts. */
@NullMarked
package io.imagetools.it;

import org.jspecify.annotations.NullMarked;
