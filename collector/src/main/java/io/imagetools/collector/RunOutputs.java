package io.imagetools.collector;

import io.imagetools.collector.output.FailedList;
import io.imagetools.collector.output.ReportFile;
import org.jspecify.annotations.Nullable;

/**
 * Where what becomes of a run is written.
 *
 * @param failedList kept right while the run goes on
 * @param report written at the end; null: none is wanted
 */
public record RunOutputs(FailedList failedList, @Nullable ReportFile report) {}
