/** What a person sees while it runs: streams, prompt, progress. */
@NullMarked
package io.imagetools.cli.terminal;

import org.jspecify.annotations.NullMarked;
