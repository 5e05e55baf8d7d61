package io.imagetools.cli.webhook;

import java.util.concurrent.CountDownLatch;

/**
 * One thing to tell.
 *
 * @param id the same whenever it is told, so that a receiver can pass over what it knows
 * @param type what it is about
 * @param body JSON
 * @param settled open until it was taken, or given up
 */
record Notice(String id, String type, String body, CountDownLatch settled) {}
