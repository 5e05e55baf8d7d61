package io.imagetools.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One connection of plain HTTP/1.1 to a registry on this machine, without anything that a client
 * for strangers needs: no retries, no TLS, no limits, bodies of a stated length only. Used by one
 * thread.
 */
final class Wire implements AutoCloseable {

  private static final int BUFFER = 64 << 10;

  private final String host;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];

  /** An answer whose body is not read yet. */
  record Head(int status, long length, Map<String, String> headers) {
    String header(String name) throws IOException {
      String value = headers.get(name.toLowerCase(Locale.ROOT));
      if (value == null) {
        throw new IOException("an answer lacks " + name);
      }
      return value;
    }
  }

  /** Connects to {@code 127.0.0.1:PORT}. */
  Wire(String host) throws IOException {
    this.host = host;
    int port = Integer.parseInt(host.substring(host.lastIndexOf(':') + 1));
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    this.out = socket.getOutputStream();
  }

  /** Sends a request without its body. */
  void begin(String method, String path, String type, long length) throws IOException {
    String head =
        method + ' ' + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: " + type + "\r\n";
    if (length >= 0) {
      head += "Content-Type: " + type + "\r\nContent-Length: " + length + "\r\n";
    }
    out.write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends a request and reads the answer, whose body is dropped. */
  Head send(int expected, String method, String path, String type, byte[] body) throws IOException {
    begin(method, path, type, method.equals("HEAD") ? -1 : body.length);
    out.write(body);
    Head head = head(expected, method + " " + path);
    if (!method.equals("HEAD")) {
      body(head);
    }
    return head;
  }

  /** Fetches a body whole. */
  byte[] get(String path, String type) throws IOException {
    begin("GET", path, type, -1);
    return body(head(200, "GET " + path));
  }

  /** Reads an answer up to its body. */
  Head head(int expected, String what) throws IOException {
    String line = line();
    int status = Integer.parseInt(line.split(" ", 3)[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.put(name, header.substring(colon + 1).strip());
    }
    Head head =
        new Head(status, Long.parseLong(headers.getOrDefault("content-length", "0")), headers);
    if (status != expected) {
      String body = new String(body(head), StandardCharsets.UTF_8);
      throw new IOException(what + " was answered with " + status + ": " + body);
    }
    return head;
  }

  private byte[] body(Head head) throws IOException {
    return in.readNBytes(Math.toIntExact(head.length()));
  }

  /** Passes a body that arrives here on as one that is sent there. */
  void splice(long length, Wire to) throws IOException {
    for (long left = length; left > 0; ) {
      int some = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (some < 0) {
        throw new IOException("a body ended early");
      }
      to.out.write(buffer, 0, some);
      left -= some;
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the registry closed the connection");
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.US_ASCII).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
