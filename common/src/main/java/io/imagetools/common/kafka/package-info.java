/** What all roles must agree on about the cluster: topics, their layout, client properties. */
@NullMarked
package io.imagetools.common.kafka;

import org.jspecify.annotations.NullMarked;
