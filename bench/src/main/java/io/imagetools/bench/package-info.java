/**
 * The benchmark. Not part of the product: it drives the program, its peers and a floor as processes
 * against registries of its own, in turn, and says how they compare. {@code bench/run.sh} starts
 * it.
 */
@NullMarked
package io.imagetools.bench;

import org.jspecify.annotations.NullMarked;
