/** The port to what copies an image. */
@NullMarked
package io.imagetools.worker.engine;

import org.jspecify.annotations.NullMarked;
