/** Brings along what refers to an image: signatures, attestations, lists of what is in it. */
@NullMarked
package io.imagetools.worker.engine.referrers;

import org.jspecify.annotations.NullMarked;
