package io.imagetools.worker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.imagetools.common.process.EnvironmentException;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRulesTest {

  private static final Map<String, String> BOTH =
      Map.of("HTTP_PROXY", "http://plain:3128", "https_proxy", "secure.example.org:8080");

  private static Optional<String> proxyFor(String address, Map<String, String> environment)
      throws Exception {
    HttpHost proxy =
        ProxyRules.of(environment)
            .planner()
            .determineRoute(HttpHost.create(address), HttpClientContext.create())
            .getProxyHost();
    return Optional.ofNullable(proxy).map(HttpHost::toURI);
  }

  @Test
  void each_scheme_has_its_proxy_in_either_case() throws Exception {
    assertThat(proxyFor("http://quay.io", BOTH)).contains("http://plain:3128");
    assertThat(proxyFor("https://quay.io", BOTH)).contains("http://secure.example.org:8080");
    assertThat(proxyFor("https://quay.io", Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "quay.io, https://quay.io, true",
    "quay.io, https://cdn.quay.io, true",
    "quay.io, https://okquay.io, false",
    ".quay.io, https://cdn.quay.io, true",
    ".quay.io, https://quay.io, false",
    "*.quay.io, https://cdn.quay.io, true",
    "*, https://anything.example.org, true",
    "quay.io:5000, https://quay.io:5000, true",
    "quay.io:5000, https://quay.io:443, false",
    "quay.io:443, https://quay.io, true",
    "quay.io:443, http://quay.io, false",
    "quay.io:80, http://quay.io, true",
    "quay.io:80, https://quay.io, false",
    "10.0.0.0/8, https://10.9.8.7, true",
    "10.0.0.0/8, https://11.0.0.1, false",
    "10.1.0.0/15, https://10.0.255.1, true",
    "10.0.0.0/99, https://10.0.0.1, false",
    "10.0.0.1, https://10.0.0.1, true",
    "fd00::/8, https://[fd00::1]:5000, true",
    "[fd00::1]:5000, https://[fd00::1]:5000, true",
    "fd00::1, https://[fd00::1]:5000, true",
    "fd00::1, https://[fd00::2]:5000, false",
    "other, https://localhost:5000, true",
    "other, https://127.9.9.9:5000, true",
    "other, https://[::1]:5000, true",
  })
  void exceptions_are_read_as_go_programs_read_them(String rule, String address, boolean direct)
      throws Exception {
    Map<String, String> environment =
        Map.of(
            "HTTP_PROXY", "http://proxy:1",
            "HTTPS_PROXY", "http://proxy:1",
            "NO_PROXY", "x.example.org, " + rule);

    assertThat(proxyFor(address, environment).isEmpty()).isEqualTo(direct);
  }

  @Test
  void a_variable_that_holds_no_address_is_named_and_not_quoted() {
    assertThatThrownBy(() -> ProxyRules.of(Map.of("HTTPS_PROXY", "ftp://ann:s3cret@proxy")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageNotContaining("s3cret");
  }
}
