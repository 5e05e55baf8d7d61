/** The plan becomes records: the run first, then what is planned, then the jobs. */
@NullMarked
package io.imagetools.producer.publish;

import org.jspecify.annotations.NullMarked;
