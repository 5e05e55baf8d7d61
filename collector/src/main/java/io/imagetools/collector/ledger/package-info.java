/**
 * What is known of a run, whatever order it becomes known in. Imports the JDK and the domain only.
 */
@NullMarked
package io.imagetools.collector.ledger;

import org.jspecify.annotations.NullMarked;
