package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Puts a query to its registry: finds it, logs in if it wants that, follows redirects. */
final class Questions {

  private final Redirects redirects;
  private final Hosts hosts;
  private final Logins logins;
  private final BiConsumer<Registry, RegistryBudget> budgets;

  /**
   * With these parts.
   *
   * @param budgets told what registries say of their limits
   */
  Questions(
      Redirects redirects,
      Hosts hosts,
      Logins logins,
      BiConsumer<Registry, RegistryBudget> budgets) {
    this.budgets = budgets;
    this.redirects = redirects;
    this.hosts = hosts;
    this.logins = logins;
  }

  /** Asks; a refusal for want of a login, or of a fresh one, is met once. */
  Answer ask(Query query) throws MirrorFailure, InterruptedException {
    return ask(query, null, null);
  }

  /**
   * The same with a body.
   *
   * @param content can be sent twice
   */
  Answer ask(Query query, Content content) throws MirrorFailure, InterruptedException {
    return ask(query, content, null);
  }

  /** The same on the very thread that calls, which then reads the answer's body. */
  Answer open(Query query, OpenBody body) throws MirrorFailure, InterruptedException {
    return ask(query, null, body);
  }

  private Answer ask(Query query, @Nullable Content content, @Nullable OpenBody body)
      throws MirrorFailure, InterruptedException {
    String login = logins.known(query).orElse(null);
    Answer answer = askAs(query, login, content, body);
    if (!wantsLogin(query, answer)) {
      return answer;
    }
    Optional<String> fresh = logins.afterRefusal(query, answer, login);
    return fresh.isPresent() ? askAs(query, fresh.get(), content, body) : answer;
  }

  /** A 401 of the store behind a registry is none of the registry, and gets no credential. */
  boolean wantsLogin(Query query, Answer answer) {
    return answer.status() == 401
        && hosts.addresses(query.registry(), "/").stream()
            .anyMatch(address -> Redirects.sameOrigin(address, answer.from()));
  }

  /** Asks with that login, or without one. */
  Answer askAs(Query query, @Nullable String login) throws MirrorFailure, InterruptedException {
    return askAs(query, login, null, null);
  }

  private Answer askAs(
      Query query, @Nullable String login, @Nullable Content content, @Nullable OpenBody body)
      throws MirrorFailure, InterruptedException {
    IOException first = null;
    List<URI> addresses = hosts.addresses(query.registry(), query.path());
    boolean lax = hosts.insecure(query.registry());
    for (URI address : addresses) {
      Ask ask =
          new Ask(
              query.registry(),
              query.method(),
              address,
              query.accept(),
              login,
              content,
              body,
              query.maxBytes());
      try {
        Answer answer = redirects.send(ask, lax);
        hosts.answered(query.registry(), address);
        BudgetHeaders.of(answer).ifPresent(budget -> budgets.accept(query.registry(), budget));
        return answer;
      } catch (IOException e) {
        first = moreTelling(first, e);
      }
    }
    hosts.silent(query.registry());
    throw NetworkFailures.of(query, first == null ? new IOException("no address") : first);
  }

  /** That there is no TLS says nothing about what went wrong without it. */
  private static IOException moreTelling(@Nullable IOException first, IOException second) {
    if (first == null) {
      return second;
    }
    boolean noTls = first instanceof SSLException;
    IOException chosen = noTls ? second : first;
    chosen.addSuppressed(noTls ? first : second);
    return chosen;
  }
}
