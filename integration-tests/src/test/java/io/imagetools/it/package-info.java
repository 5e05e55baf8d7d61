/** What only the whole can show: rules over all modules, real brokers, real registries. */
@NullMarked
package io.imagetools.it;

import org.jspecify.annotations.NullMarked;
