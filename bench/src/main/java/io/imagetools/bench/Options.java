package io.imagetools.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What is measured, and how much of it. Set by picocli. */
final class Options {

  @Option(
      names = "--quick",
      description =
          "Small: 60 images of 300 MiB, 120 small ones, one round unless --rounds says otherwise.")
  boolean quick;

  @Option(names = "--images", paramLabel = "N", description = "Large images. Default: 200.")
  int images = -1;

  @Option(
      names = "--mib",
      paramLabel = "N",
      description = "Of all distinct layers of the large images together. Default: 2048.")
  int mib = -1;

  @Option(names = "--small", paramLabel = "N", description = "Small images. Default: 500.")
  int small = -1;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Of each scenario. Default: 2 of large, 1 of the others, which take long.")
  int rounds = -1;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Only ways whose name holds this. Repeatable.")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      description = "large, small, far, engines, scale. Default: all of them.")
  List<String> scenarios = new ArrayList<>(List.of("large", "small", "far", "engines", "scale"));

  @Option(names = "--home", required = true, hidden = true, description = "The project's folder.")
  Path home = Path.of(".");

  @Option(names = "--result", required = true, hidden = true, description = "Where reports go.")
  Path result = Path.of(".");

  int images() {
    return images > 0 ? images : quick ? 60 : 200;
  }

  long bytes() {
    return (mib > 0 ? mib : quick ? 300 : 2048) * (1L << 20);
  }

  int small() {
    return small > 0 ? small : quick ? 120 : 500;
  }

  /** Rounds of a scenario that has so many unless somebody asks for another number. */
  int rounds(int usual) {
    return rounds > 0 ? rounds : quick ? 1 : usual;
  }

  /** Images of the scenario in which every engine has its turn with one image at a time. */
  int engineImages() {
    return quick ? 20 : 100;
  }

  /** Images of the one that is far away. */
  int farImages() {
    return quick ? 40 : 80;
  }

  List<Way> chosen(List<Way> ways) {
    return only.isEmpty()
        ? ways
        : ways.stream().filter(way -> only.stream().anyMatch(way.name()::contains)).toList();
  }
}
