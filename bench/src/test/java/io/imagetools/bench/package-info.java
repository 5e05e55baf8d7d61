/** Tests of the benchmark's parts. */
@NullMarked
package io.imagetools.bench;

import org.jspecify.annotations.NullMarked;
