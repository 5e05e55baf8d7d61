package io.imagetools.worker.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs programs of the operating system. */
public final class SystemProgramRunner implements ProgramRunner {

  private static final Logger log = LoggerFactory.getLogger(SystemProgramRunner.class);

  /** How often limits are looked at; a program's end is seen at once. */
  static final Duration LOOK = Duration.ofMillis(250);

  /**
   * How long outputs may stay open after the program's end, should someone else hold them. What is
   * not read by then is lost, so a busy machine must have read it.
   */
  static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private static final int KILLED = 128 + 9;

  private final Set<ProcessTree> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService readers;
  private final ProgramStart programStart = ProgramStart.ofThisSystem();
  private volatile boolean closed;

  /** A runner of its own; close it. */
  public SystemProgramRunner() {
    AtomicInteger number = new AtomicInteger();
    readers =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "program-output-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public ProgramResult run(ProgramCall call) throws IOException, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before " + call.argv().get(0) + " was started");
    }
    if (closed) {
      deleteSecret(call);
      return new ProgramResult(EndedBy.CLOSED, KILLED, "", "", Duration.ZERO);
    }
    long start = System.nanoTime();
    Process process = start(call);
    ProcessTree tree = new ProcessTree(process.toHandle());
    running.add(tree);
    try {
      deleteSecret(call); // start() returns after the child's exec: it has the file open.
      log.debug("Started {} as process {}.", call.argv(), process.pid());
      Output out = read(process, call.filter());
      EndedBy endedBy = await(process, tree, call, out, start);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      tree.kill(); // What outlives the program holds its outputs open.
      out.awaitEnd();
      int status = process.waitFor();
      log.debug("Process {} ended by {} with status {}.", process.pid(), endedBy, status);
      return new ProgramResult(endedBy, status, out.stdout.toString(), out.stderr.toString(), took);
    } finally {
      tree.kill();
      running.remove(tree);
    }
  }

  private Output read(Process process, LineFilter filter) throws IOException {
    try {
      return new Output(process, filter);
    } catch (RejectedExecutionException e) {
      throw new IOException("the runner was closed at this moment", e);
    }
  }

  private Process start(ProgramCall call) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(programStart.of(call.argv()));
    builder.environment().clear();
    builder.environment().putAll(call.environment());
    Path input = call.standardInput();
    if (input != null) {
      builder.redirectInput(Redirect.from(input.toFile()));
    }
    try {
      Process process = builder.start();
      if (input == null) {
        closeQuietly(process.getOutputStream());
      }
      return process;
    } catch (IOException e) {
      deleteSecret(call);
      throw e;
    }
  }

  private static void deleteSecret(ProgramCall call) throws IOException {
    Path input = call.standardInput();
    if (input != null && call.inputIsSecret()) {
      Files.deleteIfExists(input);
    }
  }

  private EndedBy await(Process process, ProcessTree tree, ProgramCall call, Output out, long start)
      throws InterruptedException {
    ProgressMeter meter = new ProgressMeter(tree, start);
    long lastMove = start;
    while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      long now = System.nanoTime();
      if (meter.moved(now)) {
        lastMove = now;
      }
      lastMove = Math.max(lastMove, out.lastRead.get());
      EndedBy verdict = verdict(call, now - start, now - lastMove);
      if (verdict != EndedBy.EXIT) {
        log.debug("Killing process {} and its children: {}.", process.pid(), verdict);
        tree.kill();
        return verdict;
      }
    }
    return closed ? EndedBy.CLOSED : EndedBy.EXIT;
  }

  private EndedBy verdict(ProgramCall call, long ranNanos, long stillNanos) {
    if (closed) {
      return EndedBy.CLOSED;
    }
    if (ranNanos >= call.wallLimit().toNanos()) {
      return EndedBy.WALL_LIMIT;
    }
    return stillNanos >= call.stallLimit().toNanos() ? EndedBy.STALL_LIMIT : EndedBy.EXIT;
  }

  /** How many programs run now. */
  public int running() {
    return running.size();
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(ProcessTree::kill);
    readers.shutdown();
  }

  private static void closeQuietly(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception e) {
      log.trace("A stream of a program that has ended did not close.", e);
    }
  }

  /** Reads both outputs, so that the program never waits for us. */
  private final class Output {
    private final Process process;
    private final BoundedText stdout = new BoundedText();
    private final BoundedText stderr = new BoundedText();
    private final AtomicLong lastRead = new AtomicLong(System.nanoTime());
    private final CompletableFuture<Void> end;

    Output(Process process, LineFilter filter) {
      this.process = process;
      this.end =
          CompletableFuture.allOf(
              CompletableFuture.runAsync(
                  () -> read(process.getInputStream(), stdout, filter), readers),
              CompletableFuture.runAsync(
                  () -> read(process.getErrorStream(), stderr, filter), readers));
    }

    private void read(InputStream in, BoundedText text, LineFilter filter) {
      try (in) {
        text.readAll(in, line -> keeps(filter, line), () -> lastRead.set(System.nanoTime()));
      } catch (IOException e) {
        log.trace("The output of process {} ended early.", process.pid(), e);
      } catch (UncheckedIOException e) {
        log.debug("The output of process {} could not be read on.", process.pid(), e);
      }
    }

    /** A filter that fails must not stop the reading: the program would wait for it for ever. */
    private boolean keeps(LineFilter filter, String line) {
      try {
        return filter.keep(line);
      } catch (RuntimeException e) {
        log.warn("A line of process {} was not understood; going on with it.", process.pid(), e);
        return true;
      }
    }

    void awaitEnd() throws InterruptedException {
      try {
        end.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        log.debug("Somebody holds the output of process {} open; not waiting.", process.pid());
        closeQuietly(process.getInputStream());
        closeQuietly(process.getErrorStream());
      } catch (ExecutionException e) {
        throw new IllegalStateException("reading the output of " + process.pid(), e);
      }
    }
  }
}
