package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.common.trace.CurrentTrace;
import io.imagetools.common.trace.TraceContext;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests, one answer each: no retries, no redirects, no cookies. A thread that waits for an
 * answer can be interrupted; the request is aborted then. Thread-safe.
 */
final class Transport implements AutoCloseable {

  /** How long a request may take altogether; a body that drips would take forever otherwise. */
  static final Duration EXCHANGE_LIMIT = Duration.ofMinutes(2);

  private final HttpClients5 clients;
  private final CertFolders folders;
  private final HttpClients5.Pair standard;
  private final Map<Registry, HttpClients5.Pair> own = new ConcurrentHashMap<>();
  private final ExecutorService threads;
  private final Timeouts timeouts;
  private final RequestSpans spans;

  /**
   * How long things may take.
   *
   * @param connect to a host
   * @param response between two bytes of an answer
   * @param exchange altogether
   */
  record Timeouts(Duration connect, Duration response, Duration exchange) {
    static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), EXCHANGE_LIMIT);
  }

  Transport(Map<String, String> environment, Timeouts timeouts) {
    this(environment, timeouts, Tracing.OFF);
  }

  Transport(Map<String, String> environment, Timeouts timeouts, Tracing tracing) {
    this.clients = new HttpClients5(environment, timeouts);
    this.folders = CertFolders.of(environment);
    this.timeouts = timeouts;
    this.spans = new RequestSpans(tracing);
    this.standard = clients.standard();
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "registry-request-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Sends it and reads the answer.
   *
   * @param trusting whether any certificate will do
   * @throws IOException if there is no complete answer
   */
  Answer send(Ask ask, boolean trusting) throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before " + ask);
    }
    OpenBody body = ask.body();
    if (body != null) {
      Exchange here = exchange(ask, body.stall());
      body.asking(here);
      return sendHere(here, trusting);
    }
    Exchange exchange = exchange(ask, null);
    CloseableHttpClient client = client(ask, trusting);
    Future<Answer> answer;
    try {
      answer = threads.submit(() -> exchange.run(client));
    } catch (RejectedExecutionException e) {
      throw new IOException("no further requests are sent: the client is closed", e);
    }
    try {
      return answer.get(timeouts.exchange().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      exchange.cancel();
      throw e;
    } catch (TimeoutException e) {
      exchange.cancel();
      throw timedOut(
          "the answer was not complete after " + timeouts.exchange().toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    }
  }

  /**
   * Does work on a thread of its own, as long as it gets on.
   *
   * @throws SocketTimeoutException if it stands still, or takes too long
   */
  void watch(Watched work) throws IOException, MirrorFailure, InterruptedException {
    TraceContext trace = CurrentTrace.get();
    Future<?> end;
    try {
      end = threads.submit(() -> perform(work, trace));
    } catch (RejectedExecutionException e) {
      throw new IOException("no further requests are sent: the client is closed", e);
    }
    try {
      Watch.over(end, work);
    } catch (InterruptedException e) {
      stop(work, end);
      throw e;
    } catch (TimeoutException e) {
      stop(work, end);
      throw timedOut(e.getMessage(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MirrorFailure failure) {
        throw failure;
      }
      if (e.getCause() instanceof InterruptedException ended) {
        throw new IOException("the client was closed", ended);
      }
      throw unwrapped(e);
    }
  }

  private static @Nullable Void perform(Watched work, @Nullable TraceContext trace)
      throws MirrorFailure, InterruptedException {
    TraceContext before = CurrentTrace.swap(trace);
    try {
      work.run();
      return null;
    } finally {
      CurrentTrace.swap(before);
    }
  }

  private static void stop(Watched work, Future<?> end) {
    work.cancel();
    end.cancel(true);
  }

  /** Sends it on this very thread, which waits as long as it takes. */
  Answer sendHere(Exchange exchange, boolean trusting) throws IOException {
    return exchange.run(client(exchange.ask(), trusting));
  }

  /**
   * Who has certificates of its own is spoken to, and spoken for, by clients of its own: they serve
   * for its token server and its store as well, as with docker and skopeo.
   */
  private CloseableHttpClient client(Ask ask, boolean trusting) throws IOException {
    HttpClients5.Pair known = own.get(ask.registry());
    return (known == null ? first(ask.registry()) : known).get(trusting);
  }

  private HttpClients5.Pair first(Registry registry) throws IOException {
    Optional<Path> folder = folders.of(registry);
    if (folder.isEmpty()) {
      own.putIfAbsent(registry, standard);
      return standard;
    }
    HttpClients5.Pair mine = clients.of(CertFolder.read(folder.get()));
    HttpClients5.Pair other = own.putIfAbsent(registry, mine);
    if (other == null) {
      return mine;
    }
    mine.close(); // Another thread was as quick.
    return other;
  }

  /** A request that can be sent. */
  Exchange exchange(Ask ask, @Nullable Duration pause) throws IOException {
    try {
      return new Exchange(ask, pause, spans.begin(ask));
    } catch (IllegalArgumentException e) {
      throw new IOException("no such request can be sent: " + e.getMessage(), e);
    }
  }

  private static SocketTimeoutException timedOut(@Nullable String what, TimeoutException cause) {
    SocketTimeoutException slow = new SocketTimeoutException(what);
    slow.initCause(cause);
    return slow;
  }

  private static IOException unwrapped(ExecutionException e) {
    // The cause stems from another thread, whose stack says where; it is not to be wrapped again.
    if (e.getCause() instanceof IOException network) {
      return network;
    }
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException("a request broke down", e.getCause());
  }

  @Override
  public void close() {
    standard.close();
    own.values().forEach(HttpClients5.Pair::close);
    threads.shutdownNow();
  }
}
