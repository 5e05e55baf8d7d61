package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The same by workers that are up, and have mirrored other images before: the command enqueues the
 * list on their cluster and follows the run.
 *
 * @param count processes
 * @param engine what copies
 * @param jobs images at once in each
 * @param broker that they take jobs from
 */
record Workers(int count, String engine, int jobs, BrokerProcess broker) implements Way {

  /**
   * So often the other images are mirrored before, each time to a place of their own, and then
   * looked at once more: what is hot is compiled then, in the worker and in its broker.
   */
  private static final int WARM_UPS = 5;

  @Override
  public String name() {
    return (count == 1 ? "a worker that is up, " : count + " workers that are up, ")
        + engine
        + ", -j "
        + jobs;
  }

  @Override
  public Session open(Target target, Probe probe) throws IOException, InterruptedException {
    List<Process> workers = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      workers.add(start(target, number));
    }
    Session session = new Up(target, probe, workers);
    try {
      for (int time = 1; time <= WARM_UPS; time++) {
        warmUp(target, probe, target.destination() + "/warm" + time, workers);
      }
      warmUp(target, probe, target.destination() + "/warm" + WARM_UPS, workers);
      return session;
    } catch (IOException | InterruptedException e) {
      session.close();
      throw e;
    }
  }

  private Process start(Target target, int number) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ImageTools.program(target),
                "worker",
                "--bootstrap-server",
                broker.bootstrapServers(),
                "--name",
                "bench-" + number,
                "-j",
                "" + jobs,
                "--engine",
                engine));
    command.addAll(ImageTools.insecure(target));
    Path log = target.folder().resolve("worker-" + number + ".log");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private void warmUp(Target target, Probe probe, String destination, List<Process> workers)
      throws IOException, InterruptedException {
    Object unused =
        run(target, probe, ImageTools.mirror(target, target.warmList(), destination), workers);
  }

  private Sample run(Target target, Probe probe, List<String> command, List<Process> workers)
      throws IOException, InterruptedException {
    command.addAll(List.of("--bootstrap-server", broker.bootstrapServers()));
    List<ProcessHandle> servants = new ArrayList<>();
    workers.forEach(worker -> servants.add(worker.toHandle()));
    servants.add(broker.handle());
    return ImageTools.run(target, probe, command, servants, count * jobs);
  }

  @Override
  public Sample perform(Target target, Probe probe, boolean unchanged)
      throws IOException, InterruptedException {
    try (Session session = open(target, probe)) {
      return session.perform(unchanged);
    }
  }

  private final class Up implements Session {
    private final Target target;
    private final Probe probe;
    private final List<Process> workers;

    Up(Target target, Probe probe, List<Process> workers) {
      this.target = target;
      this.probe = probe;
      this.workers = workers;
    }

    @Override
    public Sample perform(boolean unchanged) throws IOException, InterruptedException {
      return run(target, probe, ImageTools.mirror(target, target.list()), workers);
    }

    @Override
    public void close() {
      workers.forEach(Process::destroy);
      workers.forEach(
          worker -> {
            Process unused =
                worker
                    .onExit()
                    .completeOnTimeout(worker, 20, java.util.concurrent.TimeUnit.SECONDS)
                    .join();
            worker.descendants().forEach(ProcessHandle::destroyForcibly);
            worker.destroyForcibly();
          });
    }
  }
}
