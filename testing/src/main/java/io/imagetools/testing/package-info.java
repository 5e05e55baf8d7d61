/**
 * Real parts for tests: registry servers as processes, images with seeded content, and a reader of
 * registries that shares no code with the product. Imports the JDK and Jackson only.
 */
@NullMarked
package io.imagetools.testing;

import org.jspecify.annotations.NullMarked;
