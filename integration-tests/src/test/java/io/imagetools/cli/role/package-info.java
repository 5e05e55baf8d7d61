/** What only a broker shows of roles, with shorter times than they have. */
@NullMarked
package io.imagetools.cli.role;

import org.jspecify.annotations.NullMarked;
