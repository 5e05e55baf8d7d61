@NullMarked
package io.imagetools.cli.config;

import org.jspecify.annotations.NullMarked;
