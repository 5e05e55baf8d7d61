/** Runs, jobs, what happens to them, and how they can fail. Imports the JDK only. */
@NullMarked
package io.imagetools.common.job;

import org.jspecify.annotations.NullMarked;
