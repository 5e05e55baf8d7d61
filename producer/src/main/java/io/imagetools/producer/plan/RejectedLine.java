package io.imagetools.producer.plan;

/**
 * A line of which no job can be made.
 *
 * @param line its number, counted from 1
 * @param text what stands there
 * @param reason a sentence
 */
public record RejectedLine(int line, String text, String reason) {}
