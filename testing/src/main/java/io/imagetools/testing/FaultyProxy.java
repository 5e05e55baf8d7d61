package io.imagetools.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in front of a registry on loopback, passes on what it is asked, and lets go wrong what a
 * test wants to go wrong. It speaks plain HTTP/1.1. Of several rules that befall a request the
 * first one counts, and the others do not count it.
 *
 * <pre>{@code
 * proxy.nth(1, "GET", "/blobs/", new Fault.InAnswer(5000, Fault.End.RESET));
 * }</pre>
 *
 * <p>Safe for any thread.
 */
public final class FaultyProxy implements AutoCloseable {

  /** A minute: what is under way on a slow machine ends by then. */
  private static final int LOOKS = 6000;

  private final InetSocketAddress upstream;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultyProxy::daemon);
  private final Collection<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<FaultRule> rules = new CopyOnWriteArrayList<>();
  private volatile List<ProxiedRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger stalled = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Optional<TokenDoor> tokens = Optional.empty();

  /** In front of this server, which must be running. */
  public FaultyProxy(RegistryServer server) {
    this(server.host());
  }

  /** In front of {@code 127.0.0.1:PORT}. */
  public FaultyProxy(String host) {
    int port = Integer.parseInt(host.substring(host.lastIndexOf(':') + 1));
    upstream = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to open a port but failed", e);
    }
    threads.execute(this::accept);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "faulty-proxy");
    thread.setDaemon(true);
    return thread;
  }

  /** {@code 127.0.0.1:PORT}. */
  public String host() {
    return "127.0.0.1:" + door.getLocalPort();
  }

  /** The n-th of these requests from now on, counted from 1, goes wrong. */
  public FaultyProxy nth(int number, String method, String pathPattern, Fault fault) {
    rules.add(new FaultRule(method, pathPattern, number, number, fault));
    return this;
  }

  /** The first so many of these requests go wrong. */
  public FaultyProxy first(int count, String method, String pathPattern, Fault fault) {
    rules.add(new FaultRule(method, pathPattern, 1, count, fault));
    return this;
  }

  /** All of these requests go wrong. */
  public FaultyProxy always(String method, String pathPattern, Fault fault) {
    return first(Integer.MAX_VALUE, method, pathPattern, fault);
  }

  /** From now on everything goes well, and nothing was asked yet, whatever is still under way. */
  public FaultyProxy well() {
    rules.clear();
    requests = new CopyOnWriteArrayList<>();
    tokens = Optional.empty();
    return this;
  }

  /** Wants tokens, each for so many requests; it gives them out itself, to anybody. */
  public FaultyProxy wantTokens(int usesOfToken) {
    tokens = Optional.of(new TokenDoor(usesOfToken, false));
    return this;
  }

  /** Wants tokens that serve until a {@link Fault.TokensEnd}. */
  public FaultyProxy wantTokens() {
    return wantTokens(Integer.MAX_VALUE);
  }

  /**
   * Wants tokens with the right to push, whatever is asked: like a registry where a repository
   * comes into being when that right is asked for, and where there is none yet.
   */
  public FaultyProxy wantTokensToPush() {
    tokens = Optional.of(new TokenDoor(Integer.MAX_VALUE, true));
    return this;
  }

  /** Tokens that were given out. */
  public int tokensGiven() {
    return tokens.map(TokenDoor::given).orElse(0);
  }

  /** How often something went wrong as it was meant to. */
  public int faults() {
    return rules.stream().mapToInt(FaultRule::times).sum();
  }

  /**
   * What it was asked and has done with, in the order of the ends. A client has its answer a moment
   * before that: what is under way is waited for, unless it stalls.
   */
  public List<ProxiedRequest> requests() {
    try {
      for (int look = 0; underWay.get() > stalled.get() && look < LOOKS; look++) {
        pause(Duration.ofMillis(10));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.copyOf(requests);
  }

  /** The same, of one method and a path that holds this text. */
  public List<ProxiedRequest> requests(String method, String path) {
    return requests().stream()
        .filter(request -> request.method().equals(method) && request.path().contains(path))
        .toList();
  }

  Optional<Fault> faultOf(HttpHead request) {
    underWay.incrementAndGet();
    Optional<Fault> stopped =
        tokens.flatMap(door -> door.stop(request, host())).map(Fault.class::cast);
    if (stopped.isPresent()) {
      return stopped;
    }
    for (FaultRule rule : rules) {
      if (rule.befalls(request.word(0), request.word(1))) {
        return Optional.of(effective(rule.fault()));
      }
    }
    return Optional.empty();
  }

  private Fault effective(Fault fault) {
    return fault instanceof Fault.TokensEnd && tokens.isPresent()
        ? tokens.get().end(host())
        : fault;
  }

  /** Where a request that begins now is noted when it ends. */
  List<ProxiedRequest> notes() {
    return requests;
  }

  void done() {
    underWay.decrementAndGet();
  }

  Socket connect() throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.setTcpNoDelay(true);
    socket.connect(upstream);
    return socket;
  }

  void drop(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to close a connection but failed", e);
    }
  }

  /** Returns when the proxy is closed. */
  void stall() throws InterruptedException {
    stalled.incrementAndGet();
    try {
      closed.await();
    } finally {
      stalled.decrementAndGet();
    }
  }

  /** Returns after that time, or when the proxy is closed. */
  void pause(Duration time) throws InterruptedException {
    if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new InterruptedException("the proxy was closed");
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        open.add(client);
        client.setTcpNoDelay(true);
        threads.execute(new ProxiedConnection(this, client));
      } catch (IOException e) {
        if (closed.getCount() > 0) {
          throw new UncheckedIOException("Tried to accept a connection but failed", e);
        }
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to close the port but failed", e);
    }
    open.forEach(this::drop);
    threads.shutdownNow();
  }
}
