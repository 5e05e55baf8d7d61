/**
 * Asking registries by the distribution API: HEAD, GET, tokens, and what their refusals mean.
 * Nothing here writes to one.
 */
@NullMarked
package io.imagetools.worker.registry;

import org.jspecify.annotations.NullMarked;
