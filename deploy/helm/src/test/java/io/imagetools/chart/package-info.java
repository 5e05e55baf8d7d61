/** The Helm chart: helm renders it, Kubernetes' own types read what comes out. */
@NullMarked
package io.imagetools.chart;

import org.jspecify.annotations.NullMarked;
