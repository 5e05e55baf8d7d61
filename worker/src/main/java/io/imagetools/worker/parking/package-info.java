/**
 * Jobs that wait beside the queue, so that they hold no slot: how they are parked on the retry
 * topic, and how one worker of all brings them back when their time has come (docs/adr/0014).
 */
@NullMarked
package io.imagetools.worker.parking;

import org.jspecify.annotations.NullMarked;
