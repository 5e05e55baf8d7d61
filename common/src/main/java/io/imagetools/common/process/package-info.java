/** What every process of image-tools has: checks and exit statuses. Imports the JDK only. */
@NullMarked
package io.imagetools.common.process;

import org.jspecify.annotations.NullMarked;
