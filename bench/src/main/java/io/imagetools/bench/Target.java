package io.imagetools.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is to be mirrored from where to where, and the files that tell each program so.
 *
 * @param home the project's folder
 * @param folder for files
 * @param source {@code 127.0.0.1:PORT}
 * @param destination the same of the other side
 * @param corpus the images
 * @param warm other images at the same source, for workers that are up
 */
record Target(
    Path home, Path folder, String source, String destination, Corpus corpus, Corpus warm) {

  Path list() {
    return folder.resolve("list");
  }

  Path warmList() {
    return folder.resolve("warm-list");
  }

  Path names() {
    return folder.resolve("names");
  }

  Path sync() {
    return folder.resolve("sync.yml");
  }

  Path steps(boolean unchanged) {
    return folder.resolve(unchanged ? "looks" : "steps");
  }

  Path report() {
    return folder.resolve("report.json");
  }

  void write() throws IOException {
    lines(list(), corpus.images().stream().map(Corpus.Image::line).toList());
    lines(warmList(), warm.images().stream().map(Corpus.Image::line).toList());
    lines(names(), corpus.images().stream().map(Corpus.Image::repository).toList());
    lines(steps(false), corpus.steps().map(Step::line).toList());
    lines(steps(true), corpus.looks().map(Step::line).toList());
    String images =
        corpus.images().stream()
            .map(image -> "    %s: [\"%s\"]".formatted(image.repository(), Step.TAG))
            .collect(Collectors.joining("\n"));
    Files.writeString(
        sync(), "%s:\n  tls-verify: false\n  images:\n%s\n".formatted(source, images));
  }

  private static void lines(Path file, List<String> lines) throws IOException {
    Files.write(file, lines);
  }
}
