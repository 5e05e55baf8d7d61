/**
 * The JSON of the topics and of the report. Strict on types, tolerant of fields it does not know;
 * {@code schema} grows only when an old reader would misunderstand.
 */
@NullMarked
package io.imagetools.common.wire;

import org.jspecify.annotations.NullMarked;
