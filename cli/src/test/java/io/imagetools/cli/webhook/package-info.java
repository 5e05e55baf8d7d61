@NullMarked
package io.imagetools.cli.webhook;

import org.jspecify.annotations.NullMarked;
