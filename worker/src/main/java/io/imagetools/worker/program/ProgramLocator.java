package io.imagetools.worker.program;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds programs: on the search path, a buildx also where docker looks for its plug-ins, a skopeo
 * also where {@link SkopeoDownload} puts it.
 */
public final class ProgramLocator {

  private final Map<String, String> environment;
  private final Path root;

  /** Looks around as a process with that environment would. */
  public ProgramLocator(Map<String, String> environment) {
    this(environment, Path.of("/"));
  }

  ProgramLocator(Map<String, String> environment, Path root) {
    this.environment = Map.copyOf(environment);
    this.root = root;
  }

  /** The program's file; empty if there is none. */
  public Optional<Path> find(KnownProgram program) {
    return folders(program).stream()
        .map(folder -> folder.resolve(program.fileName()))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  private List<Path> folders(KnownProgram program) {
    List<Path> folders = new ArrayList<>();
    if (program == KnownProgram.BUILDX) {
      add(folders, environment.getOrDefault("DOCKER_CONFIG", ""), "cli-plugins");
      add(folders, environment.getOrDefault("HOME", ""), ".docker/cli-plugins");
      for (String prefix :
          List.of("usr/local/lib", "usr/local/libexec", "usr/lib", "usr/libexec")) {
        folders.add(root.resolve(prefix).resolve("docker/cli-plugins"));
      }
    }
    for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      add(folders, entry, "");
    }
    if (program == KnownProgram.SKOPEO) {
      SkopeoDownload.cacheFolder(environment).ifPresent(folders::add);
    }
    return folders;
  }

  private static void add(List<Path> folders, String base, String below) {
    if (base.isEmpty()) {
      return;
    }
    try {
      folders.add(Path.of(base).resolve(below));
    } catch (InvalidPathException e) {
      // A broken entry of PATH names no folder; the shell passes over it just so.
    }
  }
}
