package io.imagetools.worker.registry;

import io.imagetools.common.process.EnvironmentException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.Credentials;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Which proxy a host is reached by: HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, read as
 * the programs read them that do the copying (golang.org/x/net/http/httpproxy).
 */
final class ProxyRules {

  private final @Nullable URI plain;
  private final @Nullable URI secure;
  private final NoProxy exceptions;

  private ProxyRules(@Nullable URI plain, @Nullable URI secure, NoProxy exceptions) {
    this.plain = plain;
    this.secure = secure;
    this.exceptions = exceptions;
  }

  /**
   * The rules of an environment.
   *
   * @throws EnvironmentException if a variable holds no address
   */
  static ProxyRules of(Map<String, String> environment) {
    return new ProxyRules(
        address(environment, "HTTP_PROXY"),
        address(environment, "HTTPS_PROXY"),
        NoProxy.parse(value(environment, "NO_PROXY")));
  }

  private static String value(Map<String, String> environment, String name) {
    String upper = environment.getOrDefault(name, "");
    return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
  }

  private static @Nullable URI address(Map<String, String> environment, String name) {
    String value = value(environment, name).strip();
    if (value.isEmpty()) {
      return null;
    }
    try {
      URI address = URI.create(value.contains("://") ? value : "http://" + value);
      boolean known = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (known && address.getHost() != null) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // Said below; the value itself may hold a password.
    }
    throw new EnvironmentException(
        "The variable " + name + " holds no address of a proxy: write http://HOST:PORT.");
  }

  /** The proxy for an address; empty if it is reached without. */
  Optional<HttpHost> proxyFor(HttpHost target) {
    URI proxy = "https".equals(target.getSchemeName()) ? secure : plain;
    // Apache's client asks before it fills in the port that is meant where none is said.
    int port = DefaultSchemePortResolver.INSTANCE.resolve(target);
    return proxy == null || exceptions.covers(target.getHostName(), port)
        ? Optional.empty()
        : Optional.of(host(proxy));
  }

  private static HttpHost host(URI proxy) {
    int standard = "https".equals(proxy.getScheme()) ? 443 : 80;
    int port = proxy.getPort() < 0 ? standard : proxy.getPort();
    return new HttpHost(proxy.getScheme(), proxy.getHost(), port);
  }

  /** The same, as Apache's client asks for it. */
  HttpRoutePlanner planner() {
    return new DefaultRoutePlanner(null) {
      @Override
      protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
        return proxyFor(target).orElse(null);
      }
    };
  }

  /** Whether a proxy has a login. */
  boolean wantLogin() {
    return logins().isPresent();
  }

  /** The logins of proxies; empty if none has one. */
  Optional<CredentialsProvider> logins() {
    BasicCredentialsProvider provider = new BasicCredentialsProvider();
    boolean any = add(provider, plain);
    any |= add(provider, secure);
    return any ? Optional.of(provider) : Optional.empty();
  }

  /**
   * Shows a proxy its login with the first request, as Go's programs do: the body of an upload
   * can't be sent twice, and would be lost to the refusal that asks for the login.
   */
  static ExecChainHandler atOnce(CredentialsProvider logins) {
    return (request, scope, chain) -> {
      HttpHost proxy = scope.route.getProxyHost();
      if (proxy != null) {
        Credentials login = logins.getCredentials(new AuthScope(proxy), scope.clientContext);
        if (login != null) {
          BasicScheme basic = new BasicScheme();
          basic.initPreemptive(login);
          scope.clientContext.resetAuthExchange(proxy, basic);
        }
      }
      return chain.proceed(request, scope);
    };
  }

  private static boolean add(BasicCredentialsProvider provider, @Nullable URI proxy) {
    if (proxy == null || proxy.getRawUserInfo() == null) {
      return false;
    }
    String[] parts = proxy.getRawUserInfo().split(":", 2);
    String password = parts.length == 2 ? decoded(parts[1]) : "";
    provider.setCredentials(
        new AuthScope(host(proxy)),
        new UsernamePasswordCredentials(decoded(parts[0]), password.toCharArray()));
    return true;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
