/** The sub-commands; each is one composition of the roles. */
@NullMarked
package io.imagetools.cli.command;

import org.jspecify.annotations.NullMarked;
