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
  private final Interrupts interrupts;

  /** On the process's terminal, if it has one. */
  public LoginPrompt(Streams streams, Interrupts interrupts) {
    this.interrupts = interrupts;
    this.console = streams.inIsTerminal() && streams.errIsTerminal() ? System.console() : null;
  }

  /**
   * Asks; empty if nobody can be asked, or nobody answers.
   *
   * @throws InterruptedException if the process is told to end instead
   */
  public Optional<Login> ask(String registry) throws InterruptedException {
    Console asked = console;
    return asked == null
        ? Optional.empty()
        : interrupts.unlessHappened(() -> typed(asked, registry));
  }

  private static Optional<Login> typed(Console console, String registry) {
    String username = console.readLine("Username for %s: ", registry);
    char[] password = username == null ? null : console.readPassword("Password: ");
    return username == null || password == null || username.isBlank()
        ? Optional.empty()
        : Optional.of(new Login(username.strip(), new String(password)));
  }
}
