/** What is counted and measured in a process that stays up, and how others read it. */
@NullMarked
package io.imagetools.cli.metrics;

import org.jspecify.annotations.NullMarked;
