package io.imagetools.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Another program, as its users run it, or the floor.
 *
 * @param name in tables
 * @param program that must be on the PATH
 * @param command what to run for a target, and whether the images are there already
 */
record Peer(String name, String program, BiFunction<Target, Boolean, List<String>> command)
    implements Way {

  static final String SYNC = "skopeo sync";

  static Peer floor() {
    return new Peer(
        "floor",
        "java",
        (target, unchanged) ->
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Floor.class.getName(),
                target.source(),
                target.destination(),
                target.steps(unchanged).toString()));
  }

  /** Twenty processes side by side, one an image. */
  private static Peer atOnce(String name, String program, String... arguments) {
    return new Peer(
        name,
        program,
        (target, unchanged) -> {
          Stream<String> xargs =
              Stream.of(
                  "xargs", "-a", target.names().toString(), "-P", "20", "-I", "NAME", program);
          Stream<String> filled =
              Stream.of(arguments)
                  .map(text -> text.replace("SOURCE", target.source()))
                  .map(text -> text.replace("DESTINATION", target.destination()));
          return Stream.concat(xargs, filled).toList();
        });
  }

  static Peer skopeo() {
    return atOnce(
        "xargs -P20 skopeo copy --all",
        "skopeo",
        "copy",
        "-q",
        "--all",
        "--src-tls-verify=false",
        "--dest-tls-verify=false",
        "docker://SOURCE/NAME:1.0",
        "docker://DESTINATION/NAME:1.0");
  }

  static Peer sync() {
    return new Peer(
        SYNC,
        "skopeo",
        (target, unchanged) ->
            List.of(
                "skopeo",
                "sync",
                "--all",
                "--src",
                "yaml",
                "--dest",
                "docker",
                "--dest-tls-verify=false",
                target.sync().toString(),
                target.destination()));
  }

  /** Those that are here; others are left out. */
  static List<Peer> others() {
    return Stream.of(
            atOnce(
                "xargs -P20 crane",
                "crane",
                "copy",
                "--insecure",
                "SOURCE/NAME:1.0",
                "DESTINATION/NAME:1.0"),
            atOnce(
                "xargs -P20 oras cp",
                "oras",
                "cp",
                "--from-plain-http",
                "--to-plain-http",
                "SOURCE/NAME:1.0",
                "DESTINATION/NAME:1.0"),
            atOnce(
                "xargs -P20 regctl",
                "regctl",
                "image",
                "copy",
                "--host",
                "reg=SOURCE,tls=disabled",
                "--host",
                "reg=DESTINATION,tls=disabled",
                "SOURCE/NAME:1.0",
                "DESTINATION/NAME:1.0"))
        .filter(Peer::isHere)
        .toList();
  }

  boolean isHere() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** skopeo sync keeps the last part of a name only. */
  @Override
  public String place(String repository) {
    return name.equals(SYNC) ? repository.substring(repository.lastIndexOf('/') + 1) : repository;
  }

  @Override
  public Sample perform(Target target, Probe probe, boolean unchanged)
      throws IOException, InterruptedException {
    return probe.run(command.apply(target, unchanged), List.of());
  }
}
