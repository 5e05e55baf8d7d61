/**
 * The syntax of the image list: what a line of it says, before any registry is resolved. Imports
 * the JDK only.
 */
@NullMarked
package io.imagetools.common.imagelist;

import org.jspecify.annotations.NullMarked;
