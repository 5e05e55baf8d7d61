package io.imagetools.cli.config;

/**
 * A value from outside of the command line.
 *
 * @param value as it stands there
 * @param source for a person: which variable, or which line of which file
 */
record Setting(String value, String source) {}
