/** A run is followed to its end: events into the ledger, the ledger into the failed list. */
@NullMarked
package io.imagetools.collector;

import org.jspecify.annotations.NullMarked;
