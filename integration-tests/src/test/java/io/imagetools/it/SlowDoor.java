package io.imagetools.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A second way into a server on this machine, through which answers come slowly. */
final class SlowDoor implements AutoCloseable {
  private static final int CHUNK = 16 << 10;

  private final ServerSocket door;
  private final int target;
  private final long pauseMillis;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "slow-door");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Opens it.
   *
   * @param target {@code 127.0.0.1:PORT}
   * @param bytesPerSecond of the answers of one connection
   */
  SlowDoor(String target, long bytesPerSecond) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = Integer.parseInt(target.substring(target.indexOf(':') + 1));
    this.pauseMillis = CHUNK * 1000L / bytesPerSecond;
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
        threads.execute(() -> pass(client, server, 0));
        threads.execute(() -> pass(server, client, pauseMillis));
      }
    } catch (IOException e) {
      threads.shutdownNow(); // it was closed
    }
  }

  private static void pass(Socket from, Socket to, long pauseMillis) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        out.write(chunk, 0, n);
        if (n == CHUNK) {
          TimeUnit.MILLISECONDS.sleep(pauseMillis);
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
