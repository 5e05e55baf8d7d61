/** A broker in this process: the only place that knows the broker's own classes. */
@NullMarked
package io.imagetools.cli.local;

import org.jspecify.annotations.NullMarked;
