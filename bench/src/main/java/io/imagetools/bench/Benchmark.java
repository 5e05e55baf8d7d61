package io.imagetools.bench;

import io.imagetools.testing.RegistryServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The benchmark's own program; {@code bench/run.sh} builds and starts it. */
@Command(
    name = "bench/run.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures image-tools, its peers and a floor in turn; see bench/README.md.")
public final class Benchmark implements Callable<Integer> {

  @Mixin private final Options options = new Options();

  private final StringBuilder report = new StringBuilder();

  /** The process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Benchmark()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Instant begin = Instant.now();
    Path folder = Files.createTempDirectory("image-tools-bench-");
    Map<String, String> circumstances = circumstances(begin);
    JsonReport json = new JsonReport(circumstances);
    print("# image-tools, its peers and the floor\n\n");
    circumstances.forEach((name, value) -> print("- " + name + ": " + value + "\n"));
    print("\n");
    try (RegistryServer source = new RegistryServer().start();
        BrokerProcess broker = BrokerProcess.start(folder)) {
      Scenarios scenarios =
          new Scenarios(
              options, (name, images, bytes) -> made(source, name, images, bytes), broker);
      Rounds rounds = new Rounds(options.home.toAbsolutePath().normalize(), folder, source);
      for (String name : options.scenarios) {
        Scenario scenario = scenarios.named(name);
        Results results = rounds.run(scenario);
        json.add(scenario, results);
        print(
            name.equals("scale")
                ? new Scale(scenario, results).markdown()
                : new Table(scenario, results).markdown());
        if (name.equals("large")) {
          print(new Targets(results, broker).markdown() + "\n");
        }
      }
    } finally {
      keep(begin, json);
    }
    return 0;
  }

  private static Corpus made(RegistryServer source, String name, int images, long bytes)
      throws IOException, InterruptedException {
    Rounds.say("making %d images: %s", images, name);
    return new CorpusMaker(source.host(), name, images, bytes).make();
  }

  private void keep(Instant begin, JsonReport json) throws IOException {
    Files.createDirectories(options.result);
    String name = begin.truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
    Files.writeString(options.result.resolve(name + ".md"), report);
    Files.writeString(options.result.resolve(name + ".json"), json.text());
    Rounds.say("kept in %s", options.result.resolve(name + ".md"));
  }

  private void print(String text) {
    report.append(text);
    System.out.print(text);
    System.out.flush();
  }

  private Map<String, String> circumstances(Instant begin)
      throws IOException, InterruptedException {
    Map<String, String> known = new LinkedHashMap<>();
    known.put("when", begin.truncatedTo(ChronoUnit.SECONDS).toString());
    known.put(
        "commit", output("git", "-C", options.home.toString(), "rev-parse", "--short", "HEAD"));
    known.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    known.put("Java", System.getProperty("java.version"));
    known.put("skopeo", output("skopeo", "--version"));
    known.put("registry", output("docker-registry", "--version"));
    known.put("load when it began", Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
    known.put(
        "peers on the PATH besides skopeo",
        Peer.others().isEmpty() ? "none of crane, oras, regctl" : Peer.others().toString());
    return known;
  }

  private static String output(String... command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] said = process.getInputStream().readAllBytes();
      return process.waitFor() == 0 ? new String(said, StandardCharsets.UTF_8).strip() : "unknown";
    } catch (IOException e) {
      return "not here";
    }
  }
}
