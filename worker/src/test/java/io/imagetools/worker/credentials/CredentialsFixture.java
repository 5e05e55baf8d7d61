package io.imagetools.worker.credentials;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.program.SystemProgramRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Files and variables with credentials, in a home of its own. */
abstract class CredentialsFixture {

  static final Registry QUAY = new Registry("quay.io");
  static final Registry LOCAL = new Registry("localhost:5000");

  final Path home;

  final Map<String, String> environment = new HashMap<>();
  private final SystemProgramRunner runner = new SystemProgramRunner();

  CredentialsFixture(@TempDir Path home) {
    this.home = home;
  }

  @BeforeEach
  void setHome() {
    environment.put("HOME", home.toString());
  }

  @AfterEach
  void closeRunner() {
    runner.close();
  }

  final Credentials load(@Nullable Registry destination) {
    return Credentials.load(
        environment,
        destination,
        runner,
        Clock.systemUTC(),
        new AuthFilePlaces(environment, home.resolve("run")));
  }

  final Path write(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  static String auths(String key, String user) {
    String auth = Credential.base64(user + ":pw:" + user);
    return "{\"auths\":{\"" + key + "\":{\"auth\":\"" + auth + "\"}}}";
  }

  static Optional<String> user(Credentials credentials, String path) throws Exception {
    return credentials.find(new LoginTarget(QUAY, path)).map(Credential::username);
  }

  static Optional<String> user(Credentials credentials, Registry registry) throws Exception {
    return credentials.find(LoginTarget.of(registry)).map(Credential::username);
  }
}
