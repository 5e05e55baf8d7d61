/** What an ordinary run loads is loaded once, by a run with a registry of its own. */
@NullMarked
package io.imagetools.cli.warmup;

import org.jspecify.annotations.NullMarked;
