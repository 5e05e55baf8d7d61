package io.imagetools.worker.registry;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Sets Apache's client up so that it does nothing by itself. */
final class HttpClients5 {

  /**
   * Connections to one host: 20 slots, and for each a blob that is read and one that is written, be
   * it at one and the same registry.
   */
  static final int CONNECTIONS_PER_ROUTE = 60;

  private static final int CONNECTIONS = 200;

  /** Registries close what was idle for a while; an older connection is looked at before use. */
  private static final TimeValue TRUSTED_IDLE = TimeValue.ofSeconds(1);

  private static final TimeValue CONNECTION_LIFE = TimeValue.ofMinutes(5);

  private static final Http1Config HEADERS =
      Http1Config.custom().setMaxLineLength(64 << 10).setMaxHeaderCount(200).build();

  private final Map<String, String> environment;
  private final ProxyRules proxies;
  private final Transport.Timeouts timeouts;

  HttpClients5(Map<String, String> environment, Transport.Timeouts timeouts) {
    this.environment = environment;
    this.proxies = ProxyRules.of(environment);
    this.timeouts = timeouts;
  }

  /** A client that wants to see a certificate of the host. */
  private CloseableHttpClient verifying() {
    return build(Trust.of(environment));
  }

  /** A client that takes any certificate: for registries said to be insecure. */
  private CloseableHttpClient trusting() {
    try {
      SSLContext any = SSLContexts.custom().loadTrustMaterial(null, (chain, type) -> true).build();
      return build(
          new DefaultClientTlsStrategy(
              any, HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  /** Clients for one registry, with what its folder of certificates says. */
  Pair of(CertFolder folder) throws IOException {
    return new Pair(
        build(new DefaultClientTlsStrategy(Trust.of(environment, folder, false))),
        build(
            new DefaultClientTlsStrategy(
                Trust.of(environment, folder, true),
                HostnameVerificationPolicy.CLIENT,
                NoopHostnameVerifier.INSTANCE)));
  }

  /** Clients for all registries without one. */
  Pair standard() {
    return new Pair(verifying(), trusting());
  }

  /**
   * Two clients.
   *
   * @param verifying wants to see a certificate of the host
   * @param trusting takes any
   */
  record Pair(CloseableHttpClient verifying, CloseableHttpClient trusting) {

    CloseableHttpClient get(boolean trustAny) {
      return trustAny ? trusting : verifying;
    }

    void close() {
      verifying.close(CloseMode.IMMEDIATE);
      trusting.close(CloseMode.IMMEDIATE);
    }
  }

  private CloseableHttpClient build(TlsSocketStrategy tls) {
    Timeout connect = timeout(timeouts.connect());
    Timeout response = timeout(timeouts.response());
    var pool =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setTlsSocketStrategy(tls)
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(HEADERS).build())
            .setMaxConnPerRoute(CONNECTIONS_PER_ROUTE)
            .setMaxConnTotal(CONNECTIONS)
            .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    .setSocketTimeout(response)
                    .setValidateAfterInactivity(TRUSTED_IDLE)
                    .setTimeToLive(CONNECTION_LIFE)
                    .build())
            .build();
    HttpClientBuilder builder =
        HttpClients.custom()
            .setConnectionManager(pool)
            .setRoutePlanner(proxies.planner())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(response)
                    .setResponseTimeout(response)
                    // Only for proxies: registries are logged in to by us.
                    .setAuthenticationEnabled(proxies.wantLogin())
                    .build())
            .setUserAgent("image-tools")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression();
    proxies
        .logins()
        .ifPresent(
            logins ->
                builder
                    .setDefaultCredentialsProvider(logins)
                    .addExecInterceptorFirst("proxy-login", ProxyRules.atOnce(logins)));
    return builder.build();
  }

  private static Timeout timeout(Duration duration) {
    return Timeout.of(duration);
  }
}
