package io.imagetools.worker.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hc.core5.ssl.SSLContextBuilder;

/**
 * What is in the folder of a registry: certificates of authorities, {@code NAME.crt}, which are
 * trusted there besides all others, and certificates to show, {@code NAME.cert} with {@code
 * NAME.key}.
 */
final class CertFolder {

  private static final char[] NO_PASSWORD = {};

  private final List<Certificate> authorities = new ArrayList<>();
  private final Map<String, Shown> shown = new LinkedHashMap<>();

  private record Shown(PrivateKey key, List<Certificate> chain) {}

  /**
   * Reads a folder.
   *
   * @throws CertFolderException if something in it can't be used; says which file
   */
  static CertFolder read(Path folder) throws IOException {
    CertFolder read = new CertFolder();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    } catch (IOException e) {
      throw new CertFolderException(folder, "can't be read; it is for this registry", e);
    }
    for (Path file : files) {
      read.add(file, file.getFileName().toString());
    }
    return read;
  }

  private void add(Path file, String name) throws IOException {
    if (name.endsWith(".crt")) {
      authorities.addAll(certificates(file));
    } else if (name.endsWith(".cert")) {
      Path key = file.resolveSibling(stem(name) + ".key");
      if (!Files.exists(key)) {
        throw new CertFolderException(file, "has no " + key.getFileName() + " beside it");
      }
      shown.put(stem(name), new Shown(PrivateKeys.read(key), certificates(file)));
    } else if (name.endsWith(".key") && !Files.exists(file.resolveSibling(stem(name) + ".cert"))) {
      throw new CertFolderException(
          file, "has no " + stem(name) + ".cert beside it (.crt would be an authority)");
    }
  }

  private static String stem(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static List<Certificate> certificates(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (read.isEmpty()) {
        throw new CertFolderException(file, "holds no certificate");
      }
      return List.copyOf(read);
    } catch (GeneralSecurityException e) {
      throw new CertFolderException(file, "holds no certificate that can be read", e);
    }
  }

  /** The authorities that are trusted for this registry besides all others. */
  List<Certificate> authorities() {
    return List.copyOf(authorities);
  }

  /** Lets TLS show what is to be shown. */
  void addKeys(SSLContextBuilder context) throws GeneralSecurityException, IOException {
    if (shown.isEmpty()) {
      return;
    }
    KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    for (Map.Entry<String, Shown> one : shown.entrySet()) {
      Certificate[] chain = one.getValue().chain().toArray(Certificate[]::new);
      keys.setKeyEntry(one.getKey(), one.getValue().key(), NO_PASSWORD, chain);
    }
    context.loadKeyMaterial(keys, NO_PASSWORD);
  }
}
