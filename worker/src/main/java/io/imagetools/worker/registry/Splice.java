package io.imagetools.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Joins the answer to a GET to a PUT, and keeps what came of the PUT. */
final class Splice implements Receiver {

  private final Transfer transfer;
  private final RegistryWrites.Limits limits;
  private final Transport transport;
  private final Exchange put;
  private final boolean trusting;
  private volatile @Nullable Answer answer;
  private volatile @Nullable IOException failure;

  Splice(
      Transfer transfer,
      RegistryWrites.Limits limits,
      Transport transport,
      Exchange put,
      boolean trusting) {
    this.transfer = transfer;
    this.limits = limits;
    this.transport = transport;
    this.put = put;
    this.trusting = trusting;
  }

  @Override
  public boolean receive(InputStream body) {
    transfer.from(body);
    try {
      answer = transport.sendHere(put, trusting);
    } catch (IOException e) {
      failure = e;
    }
    return transfer.whole();
  }

  @Override
  public void cancel() {
    put.cancel();
  }

  @Override
  public long progress() {
    return transfer.moved();
  }

  @Override
  public Duration stall() {
    return limits.stall();
  }

  @Override
  public Duration limit() {
    return limits.whole();
  }

  /** What the destination answered; null if it did not. */
  @Nullable Answer answer() {
    return answer;
  }

  /** What went wrong after the source had begun to answer; null if nothing did. */
  @Nullable IOException failure() {
    return failure;
  }
}
