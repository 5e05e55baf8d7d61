package io.imagetools.worker.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The command that installs a program on this system. */
public final class InstallHint {

  private static final Path OS_RELEASE = Path.of("/etc/os-release");

  private final String osName;
  private final List<String> families;

  /**
   * A hint for a described system.
   *
   * @param osName the system property {@code os.name}
   * @param osRelease the text of {@code /etc/os-release} (os-release(5)); empty if there is none
   */
  public InstallHint(String osName, String osRelease) {
    this.osName = osName.toLowerCase(Locale.ROOT);
    this.families =
        osRelease
            .lines()
            .filter(line -> line.startsWith("ID=") || line.startsWith("ID_LIKE="))
            .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", "").replace("'", ""))
            .flatMap(value -> Arrays.stream(value.split(" ")))
            .map(word -> word.toLowerCase(Locale.ROOT))
            .toList();
  }

  /** The hint for the system this runs on. */
  public static InstallHint forThisSystem() {
    String release = "";
    try {
      release = Files.readString(OS_RELEASE);
    } catch (IOException e) {
      release = ""; // Not every system has it; then the hint is a general one.
    }
    return new InstallHint(System.getProperty("os.name", ""), release);
  }

  /** A sentence with the command. */
  public String sentence(KnownProgram program) {
    boolean skopeo = program == KnownProgram.SKOPEO;
    if (osName.startsWith("mac")) {
      return "Install it with: brew install " + (skopeo ? "skopeo" : "docker-buildx");
    }
    if (is("debian", "ubuntu")) {
      return skopeo ? "Install it with: apt-get install skopeo" : debianBuildx();
    }
    if (is("alpine")) {
      return "Install it with: apk add " + (skopeo ? "skopeo" : "docker-cli-buildx");
    }
    if (is("suse", "opensuse", "sles")) {
      return "Install it with: zypper install " + (skopeo ? "skopeo" : "docker-buildx");
    }
    if (is("fedora", "rhel", "centos")) {
      return skopeo
          ? "Install it with: dnf install skopeo"
          : "Install it with: dnf install docker-buildx (Fedora), or docker-buildx-plugin from"
              + " https://download.docker.com";
    }
    return skopeo
        ? "How to install it: https://github.com/containers/skopeo/blob/main/install.md"
        : "How to install it: https://github.com/docker/buildx#installing";
  }

  private String debianBuildx() {
    if (families.contains("ubuntu")) {
      return "Install it with: apt-get install docker-buildx";
    }
    return "Install it with: apt-get install docker-buildx (Debian 13 and later), or"
        + " docker-buildx-plugin from https://download.docker.com";
  }

  private boolean is(String... names) {
    return Arrays.stream(names)
        .anyMatch(name -> families.stream().anyMatch(family -> family.startsWith(name)));
  }
}
