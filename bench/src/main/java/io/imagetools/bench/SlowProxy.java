package io.imagetools.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes a registry on this machine look as if it were far away: every request arrives late, and a
 * connection carries so many bytes a second. A request is what is sent after an answer: enough for
 * HTTP/1.1 without pipelining. Thread-safe.
 */
final class SlowProxy implements AutoCloseable {

  /** No limit. */
  static final long UNLIMITED = Long.MAX_VALUE;

  private static final int CHUNK = 16 << 10;

  private final ServerSocket door;
  private final int target;
  private final Duration latency;
  private final long bytesPerSecond;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "slow-proxy");
            thread.setDaemon(true);
            return thread;
          });

  SlowProxy(String target, Duration latency, long bytesPerSecond) throws IOException {
    this.door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    this.target = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
    this.latency = latency;
    this.bytesPerSecond = bytesPerSecond;
    threads.execute(this::accept);
  }

  /** What to connect to. */
  String host() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        AtomicBoolean asking = new AtomicBoolean(true);
        threads.execute(() -> pass(client, server, () -> late(asking)));
        threads.execute(() -> pass(server, client, () -> asking.set(true)));
      }
    } catch (IOException e) {
      threads.shutdownNow(); // it was closed
    }
  }

  @FunctionalInterface
  private interface Before {
    void chunk() throws InterruptedException;
  }

  private void late(AtomicBoolean asking) throws InterruptedException {
    if (asking.compareAndSet(true, false)) {
      TimeUnit.NANOSECONDS.sleep(latency.toNanos());
    }
  }

  private void pass(Socket from, Socket to, Before before) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        before.chunk();
        out.write(chunk, 0, n);
        if (bytesPerSecond != UNLIMITED) {
          TimeUnit.NANOSECONDS.sleep(n * 1_000_000_000L / bytesPerSecond);
        }
      }
    } catch (IOException e) {
      // One side has gone; the other is closed with it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    threads.shutdownNow();
  }
}
