/** Image references and platforms, in the words of the OCI specifications. Imports the JDK only. */
@NullMarked
package io.imagetools.common.image;

import org.jspecify.annotations.NullMarked;
