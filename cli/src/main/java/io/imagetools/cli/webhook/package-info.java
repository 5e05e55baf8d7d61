/** Tells another system over HTTP what has become of runs and images. */
@NullMarked
package io.imagetools.cli.webhook;

import org.jspecify.annotations.NullMarked;
