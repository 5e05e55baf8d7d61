/** Tests of the parts that tests are made of. */
@NullMarked
package io.imagetools.testing;

import org.jspecify.annotations.NullMarked;
