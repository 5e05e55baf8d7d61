/** The engine that lets skopeo and buildx copy. */
@NullMarked
package io.imagetools.worker.engine.skopeo;

import org.jspecify.annotations.NullMarked;
