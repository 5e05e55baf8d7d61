package io.imagetools.worker.registry;

import java.io.IOException;
import java.net.URI;
import java.util.Locale;

/**
 * Sends a request and follows redirects. The login is for the host it was meant for: another host,
 * such as the store behind a registry, never sees it.
 */
final class Redirects {

  /** More is a loop. */
  static final int LIMIT = 5;

  private final Transport transport;

  Redirects(Transport transport) {
    this.transport = transport;
  }

  /**
   * Sends and follows.
   *
   * @param lax whether any certificate of this very host will do, and plain http of any
   */
  Answer send(Ask first, boolean lax) throws IOException, InterruptedException {
    Ask ask = first;
    for (int hops = 0; hops <= LIMIT; hops++) {
      Answer answer = transport.send(ask, lax && sameName(first.address(), ask.address()));
      if (!answer.redirects() || ask.content() != null) {
        return answer;
      }
      URI target = target(ask.address(), answer.header("location"));
      if (!lax && !"https".equals(target.getScheme())) {
        throw new RedirectRefusedException("redirects to plain http, " + Shown.address(target));
      }
      ask = sameOrigin(first.address(), target) ? first.to(target) : ask.with(null).to(target);
    }
    throw new RedirectRefusedException("redirects more than " + LIMIT + " times");
  }

  private static URI target(URI from, String location) throws RedirectRefusedException {
    URI target;
    try {
      target = from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new RedirectRefusedException("redirects to something that is no address");
    }
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    if (target.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw new RedirectRefusedException("redirects to something that is no address");
    }
    return target;
  }

  /** Whether a login for the one address may be shown to the other (scheme, host and port). */
  static boolean sameOrigin(URI one, URI other) {
    return sameName(one, other)
        && one.getScheme().equalsIgnoreCase(other.getScheme())
        && port(one) == port(other);
  }

  /** Whether both are on one host. */
  static boolean sameName(URI one, URI other) {
    return one.getHost().equalsIgnoreCase(other.getHost());
  }

  /** The one that is meant where none is said. */
  static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }
}
