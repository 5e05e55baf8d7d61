/**
 * What mirroring means whoever copies: what of the source is wanted at the destination, what is
 * there already, and whether the result is what was meant. Engines only move bytes.
 */
@NullMarked
package io.imagetools.worker.engine.image;

import org.jspecify.annotations.NullMarked;
