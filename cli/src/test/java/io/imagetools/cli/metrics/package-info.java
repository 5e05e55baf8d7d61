@NullMarked
package io.imagetools.cli.metrics;

import org.jspecify.annotations.NullMarked;
