/**
 * The suite of guarantees: what is promised of a run whatever happens to the processes around it,
 * measured on a real broker with real worker processes. The table it prints is in
 * docs/guarantees.md.
 */
@NullMarked
package io.imagetools.it.guarantees;

import org.jspecify.annotations.NullMarked;
