package io.imagetools.worker.registry;

import io.imagetools.common.process.EnvironmentException;
import java.net.http.HttpClient;
import java.util.Map;

/** For what else this program talks to over HTTP: it is reached as registries are. */
public final class RegistryWays {

  private RegistryWays() {}

  /**
   * The JDK's client with the trust and the proxies that registries are reached with. A login at a
   * proxy is not given to it, and it speaks plain HTTP to the proxy.
   *
   * @param environment its HTTP_PROXY, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE count
   * @throws EnvironmentException if a variable holds nothing that can be used
   */
  public static HttpClient.Builder client(Map<String, String> environment) {
    return HttpClient.newBuilder()
        .sslContext(Trust.contextOf(environment))
        .proxy(new ProxiesByRules(ProxyRules.of(environment)));
  }
}
