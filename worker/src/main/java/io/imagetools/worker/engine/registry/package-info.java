/** The engine that speaks to registries itself: it needs no program. */
@NullMarked
package io.imagetools.worker.engine.registry;

import org.jspecify.annotations.NullMarked;
