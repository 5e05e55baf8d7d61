/** Traces of runs, by OpenTelemetry where its variables ask for it; see docs/adr/0011. */
@NullMarked
package io.imagetools.cli.tracing;

import org.jspecify.annotations.NullMarked;
