package io.imagetools.testing;

import io.imagetools.testing.Fault.End;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One connection of a client, request after request; each has a connection of its own behind. */
final class ProxiedConnection implements Runnable {

  private static final HttpBody.Watcher ALL = (bytes, at, length) -> length;

  /** First byte of a TLS record that opens a connection (RFC 8446, 5.1). */
  private static final int TLS_HANDSHAKE = 0x16;

  private static final Fault.Answered NO_TLS =
      new Fault.Answered(400, "this is plain http", Map.of("Connection", "close"));

  private final FaultyProxy proxy;
  private final Socket client;

  ProxiedConnection(FaultyProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  @Override
  public void run() {
    try {
      InputStream in = new BufferedInputStream(client.getInputStream(), 64 << 10);
      OutputStream out = new BufferedOutputStream(client.getOutputStream(), 64 << 10);
      if (speaksTls(in)) {
        answer(NO_TLS, new HttpHead("GET / HTTP/1.1"), out);
        return;
      }
      Optional<HttpHead> head = HttpHead.read(in);
      while (head.isPresent() && serve(head.get(), in, out)) {
        head = HttpHead.read(in);
      }
    } catch (IOException e) {
      // Either side went away. Whoever notices on the other one is what the tests look at.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      proxy.drop(client);
    }
  }

  /** Clients look for https first; it ends as with a registry that has none. */
  private static boolean speaksTls(InputStream in) throws IOException {
    in.mark(1);
    int first = in.read();
    in.reset();
    return first == TLS_HANDSHAKE;
  }

  /** Serves one request; false: the connection is of no use any more. */
  private boolean serve(HttpHead request, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    List<ProxiedRequest> notes = proxy.notes();
    Optional<Fault> fault = proxy.faultOf(request);
    Passage passage = new Passage(request, fault);
    try {
      if (fault.orElse(null) instanceof Fault.Answered answered) {
        new HttpBody(in, OutputStream.nullOutputStream(), ALL).pass(request, false);
        answer(answered, request, out);
        passage.status = answered.status();
        return true;
      }
      if (fault.orElse(null) instanceof Fault.BeforeAnswer before) {
        return end(before.end());
      }
      if (fault.orElse(null) instanceof Fault.Delay delay) {
        proxy.pause(delay.by());
      }
      return forward(passage, in, out);
    } finally {
      notes.add(passage.seen());
      proxy.done();
    }
  }

  private boolean forward(Passage passage, InputStream in, OutputStream out)
      throws IOException, InterruptedException {
    Socket behind = proxy.connect();
    try {
      OutputStream onward = new BufferedOutputStream(behind.getOutputStream(), 64 << 10);
      InputStream back = new BufferedInputStream(behind.getInputStream(), 64 << 10);
      passage.request.set("Connection", "close");
      onward.write(passage.request.bytes());
      if (!new HttpBody(in, onward, passage::up).pass(passage.request, false)) {
        return end(passage.end);
      }
      HttpHead answer =
          HttpHead.read(back).orElseThrow(() -> new IOException("the registry said nothing"));
      if (passage.fault.orElse(null) instanceof Fault.AnswerLost) {
        return end(End.RESET);
      }
      return back(passage, answer, back, out);
    } finally {
      proxy.drop(behind);
    }
  }

  private boolean back(Passage passage, HttpHead answer, InputStream back, OutputStream out)
      throws IOException, InterruptedException {
    passage.status = answer.status();
    if (passage.fault.orElse(null) instanceof Fault.InsteadOf instead
        && instead.status() == answer.status()) {
      passage.status = instead.other().status();
      answer(instead.other(), passage.request, out);
      return true; // The connection behind serves no other request: its body may stay unread.
    }
    answer.set("Connection", "");
    if (passage.fault.orElse(null) instanceof Fault.HeaderChanged changed) {
      answer.set(changed.name(), changed.change().apply(answer.header(changed.name())));
    }
    out.write(answer.bytes());
    boolean none =
        passage.request.word(0).equals("HEAD") || answer.status() == 204 || answer.status() == 304;
    if (!none && !new HttpBody(back, out, passage::down).pass(answer, true)) {
      out.flush();
      return end(passage.end);
    }
    out.flush();
    boolean framed =
        none
            || !answer.header("Content-Length").isEmpty()
            || !answer.header("Transfer-Encoding").isEmpty();
    return framed && !passage.request.header("Connection").equalsIgnoreCase("upgrade");
  }

  private static void answer(Fault.Answered answered, HttpHead request, OutputStream out)
      throws IOException {
    byte[] body = TokenDoor.bytes(answered.body());
    HttpHead head = new HttpHead("HTTP/1.1 " + answered.status() + " Said By The Proxy");
    answered.headers().forEach(head::set);
    head.set("Content-Length", Integer.toString(body.length));
    out.write(head.bytes());
    if (!request.word(0).equals("HEAD")) {
      out.write(body);
    }
    out.flush();
  }

  /** Always false: nothing more is served here. */
  private boolean end(End end) throws IOException, InterruptedException {
    switch (end) {
      case RESET -> client.setSoLinger(true, 0);
      case STALL -> proxy.stall();
      case CLOSE -> client.shutdownOutput();
    }
    return false;
  }
}
