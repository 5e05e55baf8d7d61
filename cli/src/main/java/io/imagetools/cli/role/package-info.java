/** Roles put together: what a process of this program consists of. */
@NullMarked
package io.imagetools.cli.role;

import org.jspecify.annotations.NullMarked;
