/**
 * From the lines of a list to the jobs of a run: registries resolved, repetitions and conflicts
 * found. Imports the JDK and the domain only.
 */
@NullMarked
package io.imagetools.producer.plan;

import org.jspecify.annotations.NullMarked;
