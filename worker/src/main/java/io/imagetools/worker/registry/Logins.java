package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What goes into the Authorization header. It remembers how each registry wants it, so that only
 * the first request to a registry is refused, and keeps tokens as long as they last. Thread-safe.
 */
final class Logins {

  /** Tokens kept; one serves one repository for minutes, and a list may name many thousands. */
  static final int MAX_TOKENS = 1000;

  private static final int LOCKS = 64;

  private final CredentialLookup credentials;
  private final TokenServer server;
  private final Clock clock;
  private final Map<Registry, Challenge> challenges = new ConcurrentHashMap<>();
  private final Map<Key, Token> tokens = new Newest();
  private final ReentrantLock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(ReentrantLock[]::new);

  /** Parts of a registry with logins of their own may want the same rights, as to log in at all. */
  private record Key(LoginTarget target, String scope) {}

  Logins(CredentialLookup credentials, TokenServer server, Clock clock) {
    this.credentials = credentials;
    this.server = server;
    this.clock = clock;
  }

  /** What to send at once; empty if nothing is known yet, or there is nothing to log in with. */
  Optional<String> known(Query query) throws MirrorFailure, InterruptedException {
    Challenge challenge = challenges.get(query.registry());
    return challenge == null ? Optional.empty() : authorization(query, challenge, null);
  }

  /**
   * What to send after a refusal; empty if there is nothing new to try.
   *
   * @param refused what was sent before; null for nothing
   */
  Optional<String> afterRefusal(Query query, Answer answer, @Nullable String refused)
      throws MirrorFailure, InterruptedException {
    Challenge before = challenges.getOrDefault(query.registry(), Challenge.UNSPOKEN_BASIC);
    Challenge challenge = Challenge.best(answer.headers("www-authenticate")).orElse(before);
    challenges.put(query.registry(), challenge);
    return authorization(query, challenge, refused).filter(value -> !value.equals(refused));
  }

  /** Whether a registry may accept a login with fewer rights that refused one with more. */
  boolean dependOnScope(Registry registry) {
    Challenge challenge = challenges.get(registry);
    return challenge != null && challenge.bearer();
  }

  /** The credential for that. */
  Optional<Credential> credential(LoginTarget target) throws MirrorFailure, InterruptedException {
    return credentials.find(target);
  }

  private Optional<String> authorization(Query query, Challenge challenge, @Nullable String refused)
      throws MirrorFailure, InterruptedException {
    Optional<Credential> credential = credential(query.target());
    if (challenge.bearer()) {
      return Optional.of(bearer(query, challenge, credential, refused));
    }
    return credential.filter(one -> !one.identityToken()).map(one -> "Basic " + one.basic());
  }

  /** Threads that want the same token wait for the one that fetches it. */
  private String bearer(
      Query query, Challenge challenge, Optional<Credential> credential, @Nullable String refused)
      throws MirrorFailure, InterruptedException {
    Key key = new Key(query.target(), query.scope());
    ReentrantLock lock = locks[Math.floorMod(key.hashCode(), LOCKS)];
    lock.lockInterruptibly();
    try {
      Token kept = get(key);
      if (kept != null
          && clock.instant().isBefore(kept.usableUntil())
          && !header(kept).equals(refused)) {
        return header(kept);
      }
      Token fresh = server.fetch(query, challenge, credential);
      put(key, fresh);
      return header(fresh);
    } finally {
      lock.unlock();
    }
  }

  private static String header(Token token) {
    return "Bearer " + token.value();
  }

  private @Nullable Token get(Key key) {
    synchronized (tokens) {
      return tokens.get(key);
    }
  }

  private void put(Key key, Token token) {
    synchronized (tokens) {
      tokens.put(key, token);
    }
  }

  /** Forgets what was not used for longest. */
  private static final class Newest extends LinkedHashMap<Key, Token> {
    private static final long serialVersionUID = 1L;

    Newest() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Key, Token> eldest) {
      return size() > MAX_TOKENS;
    }
  }
}
