package io.imagetools.bench;

import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Gives each way of a scenario its turn, round by round, each with a registry of its own. */
final class Rounds {

  private static final byte[] NOTHING = {};

  private final Path home;
  private final Path folder;
  private final RegistryServer source;
  private final Probe probe;

  Rounds(Path home, Path folder, RegistryServer source) {
    this.home = home;
    this.folder = folder;
    this.source = source;
    this.probe = new Probe(folder);
  }

  Results run(Scenario scenario) throws IOException, InterruptedException {
    Results results = new Results();
    readOnce(scenario);
    for (int round = 1; round <= scenario.rounds(); round++) {
      say("%s: round %d of %d", scenario.title(), round, scenario.rounds());
      List<Way> ways = new ArrayList<>(scenario.always());
      if (round == 1) {
        ways.addAll(scenario.once());
      }
      for (Way way : ways) {
        turn(scenario, way, round, results);
      }
    }
    return results;
  }

  /** Or the first way would be the only one that meets a source which has served nothing yet. */
  private void readOnce(Scenario scenario) throws IOException {
    Set<String> read = new HashSet<>();
    try (Wire wire = new Wire(source.host())) {
      for (Corpus.Image image : scenario.corpus().images()) {
        for (String blob : image.blobs()) {
          if (read.add(blob)) {
            wire.get(Copies.blob(image.repository(), blob), Copies.BYTES);
          }
        }
      }
    }
  }

  private void turn(Scenario scenario, Way way, int round, Results results)
      throws IOException, InterruptedException {
    try (RegistryServer destination = new RegistryServer().start();
        SlowProxy from = proxy(scenario, source);
        SlowProxy to = proxy(scenario, destination)) {
      Target target =
          new Target(
              home,
              folder,
              scenario.isFarAway() ? from.host() : source.host(),
              scenario.isFarAway() ? to.host() : destination.host(),
              scenario.corpus(),
              scenario.warm());
      target.write();
      try (Way.Session session = way.open(target, probe)) {
        for (boolean unchanged : List.of(false, true)) {
          Sample sample = measured(session, unchanged, destination);
          require(scenario, way, destination);
          results.add(way.name(), round, unchanged, sample);
          say(
              "  %-40s %-9s %7.2f s  %6.1f CPU s  %5.0f MiB  %d + %d requests",
              way.name(),
              unchanged ? "unchanged" : "new",
              sample.wall(),
              sample.cpu(),
              sample.peakMib(),
              sample.sourceRequests(),
              sample.destinationRequests());
        }
      } catch (IOException e) {
        results.failed(way.name(), "round " + round + ": " + e.getMessage());
        say("  %s: %s", way.name(), String.valueOf(e.getMessage()));
      }
    }
  }

  private static SlowProxy proxy(Scenario scenario, RegistryServer server) throws IOException {
    return new SlowProxy(server.host(), scenario.latency(), scenario.bytesPerSecond());
  }

  private Sample measured(Way.Session session, boolean unchanged, RegistryServer destination)
      throws IOException, InterruptedException {
    int before = source.requests().size();
    int there = destination.requests().size();
    Sample sample = session.perform(unchanged);
    return sample.withRequests(
        source.requests().size() - before, destination.requests().size() - there);
  }

  /** Whoever left something out was not fast. */
  private static void require(Scenario scenario, Way way, RegistryServer destination)
      throws IOException {
    try (Wire wire = new Wire(destination.host())) {
      for (Corpus.Image image : scenario.corpus().images()) {
        String path = Copies.manifests(way.place(image.repository()), Step.TAG);
        String digest =
            wire.send(200, "HEAD", path, image.mediaType(), NOTHING)
                .header("Docker-Content-Digest");
        if (!digest.equals(image.digest())) {
          throw new IOException(path + " is " + digest + " instead of " + image.digest());
        }
      }
    }
  }

  static void say(String format, Object... arguments) {
    System.err.println(String.format(Locale.ROOT, format, arguments));
  }
}
