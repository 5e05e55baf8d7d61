package io.imagetools.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that is read bit by bit after the answer was judged. One thread reads, any
 * other may cancel.
 */
final class OpenBody implements AutoCloseable {

  private final long from;
  private final Duration stall;
  private volatile boolean cancelled;
  private volatile @Nullable Exchange exchange;
  private @Nullable ClassicHttpResponse response;
  private InputStream stream = InputStream.nullInputStream();

  /**
   * One to be.
   *
   * @param from position of the first byte that is asked for
   * @param stall how long the answer may pause
   */
  OpenBody(long from, Duration stall) {
    this.from = from;
    this.stall = stall;
  }

  /** The value of the header Range; null: all is wanted. */
  @Nullable String range() {
    return from == 0 ? null : "bytes=" + from + "-";
  }

  Duration stall() {
    return stall;
  }

  /** Notes what is asked; each redirect is another request. */
  void asking(Exchange asked) throws IOException {
    exchange = asked;
    if (cancelled) {
      throw new IOException("the transfer was given up");
    }
  }

  void take(ClassicHttpResponse answered) throws IOException {
    response = answered;
    HttpEntity entity = answered.getEntity();
    InputStream content = entity == null ? null : entity.getContent();
    stream = content == null ? InputStream.nullInputStream() : content;
  }

  InputStream stream() {
    return stream;
  }

  /** Aborts the request, from any thread. */
  void cancel() {
    cancelled = true;
    Exchange asked = exchange;
    if (asked != null) {
      asked.cancel();
    }
  }

  /** Lets the connection serve again: all of the body was read. */
  void done() throws IOException {
    if (response != null) {
      response.close();
    }
  }

  /** Drops it, with the connection: to read the rest could take long. */
  @Override
  public void close() {
    cancel();
    try {
      done();
    } catch (IOException e) {
      Exchange.unread(e);
    }
  }
}
