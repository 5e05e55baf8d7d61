package io.imagetools.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs that tests need. A test without its program fails with the command that installs it;
 * it is never skipped. Stateless.
 */
public final class Programs {

  private static final Map<String, String> PACKAGES =
      Map.of("htpasswd", "apache2-utils", "docker", "docker-cli", "promtool", "prometheus");

  /** Where docker's own packages, Debian's and Homebrew's put plug-ins for all users. */
  private static final List<Path> PLUGIN_FOLDERS =
      List.of(
          Path.of("/usr/local/lib/docker/cli-plugins"),
          Path.of("/usr/local/libexec/docker/cli-plugins"),
          Path.of("/usr/lib/docker/cli-plugins"),
          Path.of("/usr/libexec/docker/cli-plugins"),
          Path.of("/opt/homebrew/lib/docker/cli-plugins"));

  private Programs() {}

  /**
   * Finds a program on the PATH; {@code docker-buildx} also in docker's plug-in folders.
   *
   * @throws IllegalStateException if it isn't there; the message is a sentence with the command
   *     that installs it
   */
  public static Path require(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException(missing(name)));
  }

  private static Optional<Path> find(String name) {
    Stream<Path> folders = onPath();
    if (name.equals("docker-buildx")) {
      folders = Stream.concat(folders, Stream.concat(userPlugins(), PLUGIN_FOLDERS.stream()));
    }
    return folders
        .map(folder -> folder.resolve(name))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Stream<Path> onPath() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(part -> !part.isEmpty())
        .map(Path::of);
  }

  private static Stream<Path> userPlugins() {
    Path ofHome = Path.of(System.getProperty("user.home"), ".docker");
    String configured = System.getenv().getOrDefault("DOCKER_CONFIG", ofHome.toString());
    return Stream.of(Path.of(configured), ofHome).map(folder -> folder.resolve("cli-plugins"));
  }

  private static String missing(String name) {
    String install = "apt-get install " + PACKAGES.getOrDefault(name, name);
    if (name.equals("docker-buildx")) {
      install += " (Debian 13 and newer; on Debian 12 .ci/run fetches it)";
    }
    return "This test needs the program " + name + ", which is not here. Install it: " + install;
  }
}
