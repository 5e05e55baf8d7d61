package io.imagetools.worker.registry;

import io.imagetools.common.process.EnvironmentException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.ssl.SSLContextBuilder;
import org.apache.hc.core5.ssl.SSLContexts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which certificates of authorities are trusted: Java's, and those of the system or of
 * SSL_CERT_FILE, since the programs that copy trust these (Go, crypto/x509, root_linux.go). What
 * one can reach and the other can't would be hard to explain.
 */
final class Trust {

  private static final Logger log = LoggerFactory.getLogger(Trust.class);

  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"),
          Path.of("/etc/pki/tls/cacert.pem"),
          Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          Path.of("/etc/ssl/cert.pem"));

  /** Of all clients for which nothing else is said. */
  private static final TlsSocketStrategy STANDARD = new TlsWhenSpoken(() -> withJava(system()));

  private Trust() {}

  /**
   * TLS with that trust. Its hundreds of certificates are read when TLS is first spoken: that takes
   * a good part of a second, which is much at the start of a command.
   *
   * @throws EnvironmentException if SSL_CERT_FILE names no readable file of certificates
   */
  static TlsSocketStrategy of(Map<String, String> environment) {
    String named = environment.getOrDefault("SSL_CERT_FILE", "");
    if (named.isEmpty()) {
      return STANDARD;
    }
    Path file = Path.of(named);
    requireOne(file);
    return new TlsWhenSpoken(() -> withJava(named(file)));
  }

  /**
   * The same at once, for a client that is not Apache's.
   *
   * @throws EnvironmentException if SSL_CERT_FILE names no readable file of certificates
   */
  static SSLContext contextOf(Map<String, String> environment) {
    String named = environment.getOrDefault("SSL_CERT_FILE", "");
    return withJava(named.isEmpty() ? system() : named(Path.of(named)));
  }

  /**
   * TLS for one registry: that trust and what its folder says.
   *
   * @param any whether any certificate of the server will do
   * @throws IOException if the folder can't be used
   */
  static SSLContext of(Map<String, String> environment, CertFolder folder, boolean any)
      throws IOException {
    String named = environment.getOrDefault("SSL_CERT_FILE", "");
    List<Certificate> more = new ArrayList<>(named.isEmpty() ? system() : named(Path.of(named)));
    more.addAll(folder.authorities());
    try {
      SSLContextBuilder context = SSLContexts.custom();
      if (any) {
        context.loadTrustMaterial(null, (chain, type) -> true);
      } else {
        context.loadTrustMaterial(store(more), null);
      }
      folder.addKeys(context);
      return context.build();
    } catch (GeneralSecurityException e) {
      throw new IOException("what its folder of certificates holds can't be used", e);
    }
  }

  private static SSLContext withJava(Collection<? extends Certificate> more) {
    try {
      return SSLContexts.custom().loadTrustMaterial(store(more), null).build();
    } catch (GeneralSecurityException | IOException e) {
      throw new EnvironmentException(
          "Java's certificates of authorities can't be read: "
              + e.getMessage()
              + ". Install Java anew, or set IMAGE_TOOLS_JAVA to another one.",
          e);
    }
  }

  private static KeyStore store(Collection<? extends Certificate> more)
      throws GeneralSecurityException, IOException {
    List<Certificate> trusted = new ArrayList<>(java());
    trusted.addAll(more);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < trusted.size(); i++) {
      store.setCertificateEntry("authority-" + i, trusted.get(i));
    }
    return store;
  }

  private static List<Certificate> java() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
        .map(Certificate.class::cast)
        .toList();
  }

  private static Collection<? extends Certificate> system() {
    for (Path file : SYSTEM) {
      if (Files.isReadable(file)) {
        try {
          return read(file);
        } catch (GeneralSecurityException | IOException e) {
          log.warn("The certificates in {} can't be read; going on with Java's own.", file, e);
        }
      }
    }
    return List.of();
  }

  private static Collection<? extends Certificate> named(Path file) {
    try {
      return read(file);
    } catch (GeneralSecurityException | IOException e) {
      throw unreadable(file, e);
    }
  }

  /** A wrong name is said at the start, by its first certificate. */
  private static void requireOne(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (GeneralSecurityException | IOException e) {
      throw unreadable(file, e);
    }
  }

  private static EnvironmentException unreadable(Path file, Exception cause) {
    return new EnvironmentException(
        "SSL_CERT_FILE names " + file + ", which holds no readable certificates. Correct it.",
        cause);
  }

  private static Collection<? extends Certificate> read(Path file)
      throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }
}
