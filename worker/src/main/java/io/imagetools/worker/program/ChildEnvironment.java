package io.imagetools.worker.program;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a child program gets to see of this process's environment: where things are, proxies and
 * certificates. Never a credential, so never all of it.
 */
public final class ChildEnvironment {

  private static final Set<String> PASSED_ON =
      Set.of(
          "PATH",
          "HOME",
          "LANG",
          "TMPDIR",
          "XDG_CONFIG_HOME",
          "XDG_CACHE_HOME",
          "XDG_DATA_HOME",
          "XDG_RUNTIME_DIR",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY",
          "ALL_PROXY",
          "http_proxy",
          "https_proxy",
          "no_proxy",
          "all_proxy",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR",
          "CONTAINERS_REGISTRIES_CONF",
          "SYSTEMROOT");

  private ChildEnvironment() {}

  /** The part of an environment that is passed on. */
  public static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> child = new TreeMap<>(environment);
    child.keySet().retainAll(PASSED_ON);
    return child;
  }
}
