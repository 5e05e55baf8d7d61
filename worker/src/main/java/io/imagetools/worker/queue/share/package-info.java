/**
 * The jobs queue on a share group (KIP-932): a slot is a consumer that holds one record at a time.
 *
 * <p>Two rules that look like details and are not. Leases are renewed by {@code acknowledge(RENEW)}
 * and {@code commitSync()}: a RENEW sent by {@code poll()} lets the client fetch a further record
 * that then waits unseen until its lock expires, and after some rounds it is lost (KAFKA-20458 is
 * near). And a consumer holds one record: with more, it fetches nothing new before all are done.
 */
@NullMarked
package io.imagetools.worker.queue.share;

import org.jspecify.annotations.NullMarked;
