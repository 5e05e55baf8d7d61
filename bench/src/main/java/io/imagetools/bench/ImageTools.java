package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The program as one command, which brings its own broker and worker.
 *
 * @param engine what copies
 * @param jobs images at once
 */
record ImageTools(String engine, int jobs) implements Way {

  @Override
  public String name() {
    return "image-tools, " + engine + ", -j " + jobs;
  }

  @Override
  public Sample perform(Target target, Probe probe, boolean unchanged)
      throws IOException, InterruptedException {
    List<String> command = mirror(target, target.list());
    command.addAll(List.of("-j", "" + jobs, "--engine", engine));
    command.addAll(insecure(target));
    return run(target, probe, command, List.of(), jobs);
  }

  static Sample run(
      Target target, Probe probe, List<String> command, List<ProcessHandle> servants, int slots)
      throws IOException, InterruptedException {
    Instant begin = Instant.now();
    Sample sample = probe.run(command, servants);
    return sample.withSlots(Slots.of(target.report(), begin, Instant.now(), slots));
  }

  static List<String> mirror(Target target, Path list) {
    return mirror(target, list, target.destination());
  }

  static List<String> mirror(Target target, Path list, String destination) {
    return new ArrayList<>(
        List.of(
            program(target),
            "mirror",
            "-f",
            list.toString(),
            "-s",
            target.source(),
            "-d",
            destination,
            "-o",
            target.folder().resolve("failed").toString(),
            "--report",
            target.report().toString(),
            "--progress",
            "none"));
  }

  static List<String> insecure(Target target) {
    return List.of(
        "--insecure-registry", target.source(), "--insecure-registry", target.destination());
  }

  static String program(Target target) {
    return target.home().resolve("image-tools").toString();
  }
}
