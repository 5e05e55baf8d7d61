package io.imagetools.worker.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A forward proxy that wants a login (RFC 9110, 11.7): it passes plain requests on and makes
 * tunnels, to servers on this machine whatever they are called. One request a connection.
 */
final class LoginProxy implements AutoCloseable {

  private static final String LOGIN =
      "Proxy-Authorization: Basic "
          + Base64.getEncoder().encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8));

  private static final String REFUSAL =
      """
      HTTP/1.1 407 Proxy Authentication Required
      Proxy-Authenticate: Basic realm="p"
      Content-Length: 0
      Connection: close

      """
          .replace("\n", "\r\n");

  private final Map<String, Integer> ports = new ConcurrentHashMap<>();
  private final List<String> passed = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();
  private final Collection<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ServerSocket door;

  LoginProxy() {
    try {
      door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Where requests to {@code HOST:PORT} go. */
  LoginProxy to(String host, int port) {
    ports.put(host, port);
    return this;
  }

  /** Its address with this login before it, {@code NAME:PASSWORD}. */
  String address(String login) {
    return "http://" + login + "@127.0.0.1:" + door.getLocalPort();
  }

  /** First lines of what it passed on, tunnels as {@code CONNECT HOST:PORT HTTP/1.1}. */
  List<String> passed() {
    return List.copyOf(passed);
  }

  /** First lines of what came without the login. */
  List<String> refused() {
    return List.copyOf(refused);
  }

  private void accept() {
    while (true) {
      try {
        Socket client = door.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // It was closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      List<String> head = head(client.getInputStream());
      String first = head.get(0);
      if (!head.contains(LOGIN)) {
        refused.add(first);
        send(client, REFUSAL);
        client.shutdownOutput();
        client.getInputStream().transferTo(OutputStream.nullOutputStream());
        return;
      }
      passed.add(first);
      String[] words = first.split(" ", 3);
      boolean tunnel = words[0].equals("CONNECT");
      String host = tunnel ? words[1] : words[1].split("/", 4)[2];
      try (Socket server =
          new Socket(InetAddress.getLoopbackAddress(), ports.getOrDefault(host, 0))) {
        open.add(server);
        if (tunnel) {
          send(client, "HTTP/1.1 200 Connected\r\n\r\n");
        } else {
          send(server, onwards(head));
        }
        threads.execute(() -> pump(client, server));
        server.getInputStream().transferTo(client.getOutputStream());
      }
    } catch (IOException e) {
      // One side went away, and so does the other.
    }
  }

  /** What concerns the proxy alone stays here. */
  private static String onwards(List<String> head) {
    StringBuilder text = new StringBuilder();
    head.stream()
        .filter(line -> !line.startsWith("Proxy-") && !line.startsWith("Connection:"))
        .forEach(line -> text.append(line).append("\r\n"));
    return text.append("Connection: close\r\n\r\n").toString();
  }

  private static void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // As above.
    }
  }

  private static void send(Socket to, String text) throws IOException {
    to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static List<String> head(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no whole head");
      }
      bytes.write(next);
      text = next == '\n' ? bytes.toString(StandardCharsets.ISO_8859_1) : "";
    }
    return text.lines().filter(line -> !line.isEmpty()).toList();
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
