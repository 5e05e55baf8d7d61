package io.imagetools.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramLocatorTest {

  private final Path root;

  ProgramLocatorTest(@TempDir Path root) {
    this.root = root;
  }

  private Path program(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private ProgramLocator with(Map<String, String> environment) {
    return new ProgramLocator(environment, root);
  }

  @Test
  void the_first_on_the_path_is_taken() throws Exception {
    Path first = program("a/skopeo");
    program("b/skopeo");
    String path = root + "/none:" + root + "/a:" + root + "/b";

    assertThat(with(Map.of("PATH", path)).find(KnownProgram.SKOPEO)).contains(first);
  }

  @Test
  void what_can_not_be_run_is_passed_over() throws Exception {
    Files.createDirectories(root.resolve("a/skopeo"));
    Files.createDirectories(root.resolve("b"));
    Files.writeString(root.resolve("b/skopeo"), "no program");
    String path = root + "/a:" + root + "/b";

    assertThat(with(Map.of("PATH", path)).find(KnownProgram.SKOPEO)).isEmpty();
  }

  @Test
  void nothing_is_looked_for_in_the_working_directory() throws Exception {
    assertThat(with(Map.of("PATH", ":")).find(KnownProgram.SKOPEO)).isEmpty();
    assertThat(with(Map.of()).find(KnownProgram.BUILDX)).isEmpty();
  }

  @Test
  void a_downloaded_skopeo_comes_last() throws Exception {
    Path downloaded = program("home/.cache/image-tools/skopeo");
    Map<String, String> environment = Map.of("HOME", root + "/home", "PATH", root + "/a");

    assertThat(with(environment).find(KnownProgram.SKOPEO)).contains(downloaded);

    Path installed = program("a/skopeo");
    assertThat(with(environment).find(KnownProgram.SKOPEO)).contains(installed);
  }

  @Test
  void buildx_is_found_where_docker_looks_for_it() throws Exception {
    Map<String, String> environment =
        Map.of("HOME", root + "/home", "DOCKER_CONFIG", root + "/config", "PATH", root + "/bin");
    ProgramLocator locator = with(environment);

    Path onPath = program("bin/docker-buildx");
    assertThat(locator.find(KnownProgram.BUILDX)).contains(onPath);
    Path ofDebian = program("usr/libexec/docker/cli-plugins/docker-buildx");
    assertThat(locator.find(KnownProgram.BUILDX)).contains(ofDebian);
    Path ofUser = program("home/.docker/cli-plugins/docker-buildx");
    assertThat(locator.find(KnownProgram.BUILDX)).contains(ofUser);
    Path configured = program("config/cli-plugins/docker-buildx");
    assertThat(locator.find(KnownProgram.BUILDX)).contains(configured);
  }
}
