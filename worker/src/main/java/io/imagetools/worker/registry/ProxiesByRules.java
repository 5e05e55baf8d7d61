package io.imagetools.worker.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.apache.hc.core5.http.HttpHost;

/** The rules, as the JDK's client asks for them. */
final class ProxiesByRules extends ProxySelector {
  private final ProxyRules rules;

  ProxiesByRules(ProxyRules rules) {
    this.rules = rules;
  }

  @Override
  public List<Proxy> select(URI address) {
    int standard = "https".equals(address.getScheme()) ? 443 : 80;
    int port = address.getPort() < 0 ? standard : address.getPort();
    return List.of(
        rules
            .proxyFor(new HttpHost(address.getScheme(), address.getHost(), port))
            .map(ProxiesByRules::proxy)
            .orElse(Proxy.NO_PROXY));
  }

  private static Proxy proxy(HttpHost host) {
    return new Proxy(
        Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host.getHostName(), host.getPort()));
  }

  @Override
  public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
    // Said by whoever wanted to connect.
  }
}
