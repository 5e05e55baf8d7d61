/** What only a broker shows of the publisher, with less patience than it has. */
@NullMarked
package io.imagetools.producer.publish;

import org.jspecify.annotations.NullMarked;
