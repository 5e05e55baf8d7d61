/**
 * Manifests as data: what an index lists, what of it is wanted at a destination, and the bytes that
 * say so. Pure but for Jackson, which reads and writes the JSON.
 */
@NullMarked
package io.imagetools.worker.engine.manifest;

import org.jspecify.annotations.NullMarked;
