package io.imagetools.worker.registry;

import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.net.Socket;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** TLS that is set up with the first connection that speaks it. Thread-safe. */
final class TlsWhenSpoken implements TlsSocketStrategy {

  private final Supplier<SSLContext> context;
  private @Nullable TlsSocketStrategy ready;

  /**
   * Of that kind.
   *
   * @param context called once, or until it throws no {@link EnvironmentException}
   */
  TlsWhenSpoken(Supplier<SSLContext> context) {
    this.context = context;
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String host, int port, Object attachment, HttpContext exchange)
      throws IOException {
    return ready().upgrade(socket, host, port, attachment, exchange);
  }

  private synchronized TlsSocketStrategy ready() throws IOException {
    TlsSocketStrategy known = ready;
    if (known == null) {
      try {
        known = new DefaultClientTlsStrategy(context.get());
      } catch (EnvironmentException e) {
        throw new IOException(e.getMessage(), e);
      }
      ready = known;
    }
    return known;
  }
}
