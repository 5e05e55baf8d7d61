package io.imagetools.worker.execution;

import java.util.concurrent.Semaphore;

/**
 * Seats for those that wait in their slots. There are fewer than slots, so that a registry that
 * makes its images wait never holds up those of others. Thread-safe.
 */
final class WaitingRoom {
  private final Semaphore seats;

  private WaitingRoom(int seats) {
    this.seats = new Semaphore(seats);
  }

  /** Half of the slots, rounded up: a worker with one slot may wait in it. */
  static WaitingRoom of(int slots) {
    return new WaitingRoom((slots + 1) / 2);
  }

  /** Whether there was a seat; it is to be given back then. */
  boolean take() {
    return seats.tryAcquire();
  }

  void giveBack() {
    seats.release();
  }
}
