package io.imagetools.cli.terminal;

import java.io.Console;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks for a user name and a password on the terminal, without showing the latter. */
public final class LoginPrompt {

  /**
   * What was typed.
   *
   * @param username as typed
   * @param password as typed; never shown
   */
  public record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login[" + username + "]";
    }
  }

  private final @Nullable Console console;

  /** On the process's terminal, if it has one. */
  public LoginPrompt(Streams streams) {
    this.console = streams.inIsTerminal() && streams.errIsTerminal() ? System.console() : null;
  }

  /** Asks; empty if nobody can be asked, or nobody answers. */
  public Optional<Login> ask(String registry) {
    if (console == null) {
      return Optional.empty();
    }
    String username = console.readLine("Username for %s: ", registry);
    char[] password = username == null ? null : console.readPassword("Password: ");
    return username == null || password == null || username.isBlank()
        ? Optional.empty()
        : Optional.of(new Login(username.strip(), new String(password)));
  }
}
