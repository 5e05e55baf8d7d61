package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that starts the program, in a release beside a folder of jars, and in a checkout. */
class LauncherTest {
  /** The first start stores the classes: half a minute of the processor. */
  private static final Duration LIMIT = Duration.ofMinutes(6);

  @TempDir Path folder;

  private record Ended(int status, String out) {}

  private Ended run(Map<String, String> environment, List<String> command) throws Exception {
    Path out = Files.createTempFile(folder, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .as(Files.readString(out))
        .isTrue();
    return new Ended(process.exitValue(), Files.readString(out));
  }

  @Test
  void what_stays_up_ends_where_memory_does() throws Exception {
    Path program = Files.createDirectories(folder.resolve("lib")).resolveSibling("image-tools");
    Files.copy(Repository.root().resolve("image-tools"), program);
    program.toFile().setExecutable(true);
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    java.toFile().setExecutable(true);
    Map<String, String> environment =
        Map.of("IMAGE_TOOLS_JAVA", java.toString(), "IMAGE_TOOLS_NO_CDS", "1");

    for (String command : List.of("worker", "collect", "mirror", "status")) {
      Ended ended = run(environment, List.of(program.toString(), command));

      assertThat(ended.out().lines().toList().contains("-XX:+ExitOnOutOfMemoryError"))
          .as(ended.out())
          .isEqualTo(command.equals("worker") || command.equals("collect"));
    }
  }

  /** In a folder with a blank, as users have them. */
  private Path release() throws Exception {
    Path release = Files.createDirectories(folder.resolve("my tools"));
    Files.copy(Repository.root().resolve("image-tools"), release.resolve("image-tools"));
    release.resolve("image-tools").toFile().setExecutable(true);
    Files.createSymbolicLink(
        release.resolve("lib"), Repository.root().resolve("cli/target/app/lib"));
    return release;
  }

  @Test
  void it_starts_the_program_from_anywhere_and_stores_its_classes_for_the_next_time()
      throws Exception {
    Path release = release();
    Path link = Files.createSymbolicLink(folder.resolve("linked"), release.resolve("image-tools"));

    Ended version = run(Map.of(), List.of(link.toString(), "--version"));

    assertThat(version.status()).as(version.out()).isZero();
    assertThat(version.out()).contains("image-tools 0.1");
    try (var files = Files.list(release)) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .anyMatch(name -> name.matches("classes-[0-9]+\\.jsa"));
    }
    Ended wrong = run(Map.of(), List.of(link.toString(), "mirror", "--no-such", "an argument"));
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.out()).contains("'an argument'").doesNotContain("Xshare", "warning");
  }

  @Test
  void a_java_that_is_too_old_is_passed_over() throws Exception {
    Path release = release();
    Path old = Files.createDirectories(folder.resolve("jdk8/bin"));
    Files.writeString(folder.resolve("jdk8/release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    Files.writeString(old.resolve("java"), "#!/bin/sh\necho too old; exit 9\n");
    old.resolve("java").toFile().setExecutable(true);

    Ended version =
        run(
            Map.of("IMAGE_TOOLS_JAVA", old.resolve("java").toString(), "IMAGE_TOOLS_NO_CDS", "1"),
            List.of(release.resolve("image-tools").toString(), "--version"));

    assertThat(version.status()).as(version.out()).isZero();
    assertThat(version.out()).contains("image-tools 0.1");
  }

  /** A checkout whose build, a stub, is counted and waits for a file named "go". */
  private Path checkout() throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("my checkout"));
    for (String module : List.of(".mvn", "common", "producer", "worker", "collector", "cli")) {
      Files.createDirectory(checkout.resolve(module));
    }
    Files.writeString(checkout.resolve("pom.xml"), "<project/>\n");
    Files.copy(Repository.root().resolve("image-tools"), checkout.resolve("image-tools"));
    Files.writeString(
        checkout.resolve("mvnw"),
        """
        #!/bin/sh
        echo build >>builds
        tries=0
        while [ ! -e go ] && [ $tries -lt 1200 ]; do tries=$((tries + 1)); sleep 0.1; done
        mkdir -p cli/target/app
        ln -s '%s' cli/target/app/lib
        """
            .formatted(Repository.root().resolve("cli/target/app/lib")));
    checkout.resolve("image-tools").toFile().setExecutable(true);
    checkout.resolve("mvnw").toFile().setExecutable(true);
    return checkout;
  }

  private static Map<String, String> jdk() {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return Map.of("IMAGE_TOOLS_JAVA", java.toString(), "IMAGE_TOOLS_NO_CDS", "1");
  }

  private Process start(Path checkout, Path out) throws Exception {
    return start(checkout, out, Map.of());
  }

  private Process start(Path checkout, Path out, Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(checkout.resolve("image-tools").toString(), "--version")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(jdk());
    builder.environment().putAll(environment);
    return builder.start();
  }

  @Test
  void two_first_uses_at_the_same_time_build_once() throws Exception {
    Path checkout = checkout();
    List<Path> said = List.of(folder.resolve("one.txt"), folder.resolve("other.txt"));
    Process one = start(checkout, said.get(0));
    Process other = start(checkout, said.get(1));

    await()
        .atMost(LIMIT)
        .until(
            () ->
                (Files.readString(said.get(0)) + Files.readString(said.get(1)))
                    .contains("another image-tools builds it; waiting for that"));
    Files.createFile(checkout.resolve("go"));

    for (Process process : List.of(one, other)) {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(said)
        .allSatisfy(out -> assertThat(Files.readString(out)).contains("image-tools 0.1"));
    assertThat(Files.readAllLines(checkout.resolve("builds"))).containsExactly("build");
    assertThat(checkout.resolve(".mvn/building")).doesNotExist();
  }

  @Test
  void a_build_that_was_killed_holds_up_nobody() throws Exception {
    Path checkout = checkout();
    Files.createFile(checkout.resolve("go"));
    Process killed = new ProcessBuilder("true").start();
    assertThat(killed.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Files.createDirectory(checkout.resolve(".mvn/building"));
    Files.writeString(checkout.resolve(".mvn/building/pid"), killed.pid() + "\n");

    Ended version = run(jdk(), List.of(checkout.resolve("image-tools").toString(), "--version"));

    assertThat(version.status()).as(version.out()).isZero();
    assertThat(Files.readAllLines(checkout.resolve("builds"))).containsExactly("build");
    assertThat(checkout.resolve(".mvn/building")).doesNotExist();
  }

  /** A folder for PATH whose cat, once it has read, waits until a build was begun. */
  private Path slowReader(Path checkout) throws Exception {
    Path programs = Files.createDirectory(folder.resolve("slow"));
    Files.writeString(
        programs.resolve("cat"),
        """
        #!/bin/sh
        PATH=${PATH#*:}
        cat "$@"
        : >'%1$s/read'
        tries=0
        while [ ! -e '%1$s/builds' ] && [ $tries -lt 1200 ]; do tries=$((tries + 1)); sleep 0.1; done
        """
            .formatted(checkout));
    programs.resolve("cat").toFile().setExecutable(true);
    return programs;
  }

  @Test
  void two_that_find_the_lock_of_a_killed_build_build_once() throws Exception {
    Path checkout = checkout();
    Process killed = new ProcessBuilder("true").start();
    assertThat(killed.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Files.createDirectory(checkout.resolve(".mvn/building"));
    Files.writeString(checkout.resolve(".mvn/building/pid"), killed.pid() + "\n");
    List<Path> said = List.of(folder.resolve("slow.txt"), folder.resolve("quick.txt"));
    String path = slowReader(checkout) + ":" + System.getenv("PATH");

    Process slow = start(checkout, said.get(0), Map.of("PATH", path));
    await().atMost(LIMIT).until(() -> Files.exists(checkout.resolve("read")));
    Process quick = start(checkout, said.get(1), Map.of());
    await().atMost(LIMIT).until(() -> Files.readString(said.get(0)).contains("waiting for that"));
    Files.createFile(checkout.resolve("go"));

    for (Process process : List.of(slow, quick)) {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    assertThat(Files.readAllLines(checkout.resolve("builds"))).containsExactly("build");
    assertThat(checkout.resolve(".mvn")).isEmptyDirectory();
  }

  /** A folder for PATH whose apt knows these packages only, separated by blanks. */
  private Path apt(String packages) throws Exception {
    Path programs = Files.createDirectory(folder.resolve("apt"));
    Files.writeString(programs.resolve("apt-get"), "#!/bin/sh\n");
    Files.writeString(
        programs.resolve("apt-cache"),
        """
        #!/bin/sh
        case " %s " in *" $2 "*) echo "Package: $2"; echo 'Version: 1'; exit 0 ;; esac
        [ "$2" = openjdk-17-jdk-headless ] # which others name: it says nothing of it, and 0
        """
            .formatted(packages));
    programs.resolve("apt-get").toFile().setExecutable(true);
    programs.resolve("apt-cache").toFile().setExecutable(true);
    return programs;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "openjdk-17-jdk-headless default-jdk-headless | apt-get install openjdk-17-jdk-headless",
        "openjdk-21-jdk-headless default-jdk-headless | apt-get install openjdk-21-jdk-headless",
        "default-jdk-headless | apt-get install default-jdk-headless",
        "'' | apt-get update && apt-get install default-jdk-headless",
      })
  void a_java_without_a_compiler_is_said_and_which_package_has_one(String packages, String hint)
      throws Exception {
    Path java = Files.createDirectories(folder.resolve("jre/bin")).resolve("java");
    Files.writeString(folder.resolve("jre/release"), "JAVA_VERSION=\"17.0.1\"\n");
    Files.writeString(java, "#!/bin/sh\n");
    java.toFile().setExecutable(true);
    String path = apt(packages) + ":" + System.getenv("PATH");

    Ended ended =
        run(
            Map.of("IMAGE_TOOLS_JAVA", java.toString(), "PATH", path),
            List.of(checkout().resolve("image-tools").toString(), "--version"));

    assertThat(ended.status()).as(ended.out()).isEqualTo(3);
    assertThat(ended.out()).endsWith(java + " has no javac beside it: " + hint + "\n");
  }

  @Test
  void a_checkout_that_can_not_be_written_is_said_and_what_to_do() throws Exception {
    Path checkout = checkout();
    // By a mount, since permissions do not hold up root.
    String script =
        "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && exec \"$1\"/image-tools status";
    boolean root = "root".equals(System.getProperty("user.name"));
    String user = root ? "--mount" : "--map-root-user";

    Ended ended =
        run(jdk(), List.of("unshare", user, "--mount", "sh", "-c", script, "-", "" + checkout));

    assertThat(ended.status()).as(ended.out()).isEqualTo(3);
    assertThat(ended.out()).contains("" + checkout, "can't be written to here", "use a release");
    assertThat(checkout.resolve("builds")).doesNotExist();
  }
}
