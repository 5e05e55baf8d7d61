package io.imagetools.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A real registry server ({@code docker-registry}) as a process on a free loopback port, with its
 * data in a temporary folder. Delete requests are allowed.
 *
 * <pre>{@code
 * try (RegistryServer server = new RegistryServer().withBasicAuth("ann", "secret").start()) { … }
 * }</pre>
 *
 * <p>The process dies with this JVM. Not safe for use by several threads.
 */
public final class RegistryServer implements AutoCloseable {

  /** Two minutes: the first start on a fresh machine reads all of the program from a slow disk. */
  private static final int START_ATTEMPTS = 6000;

  private static final int STEP_MILLIS = 20;

  /** Without a further line for so many looks, the log has all that was answered. */
  private static final int QUIET_LOOKS = 10;

  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final Pattern ACCESS =
      Pattern.compile("\"([A-Z]+) (\\S+) HTTP/[0-9.]+\" ([0-9]{3}) ");

  private final RegistryFolder folder = RegistryFolder.create();
  private Optional<BasicAuth> auth = Optional.empty();
  private boolean tls;
  private boolean clients;
  private boolean readOnly;
  private boolean schema1;
  private boolean foreignLayers;
  private int port;
  private Optional<Process> process = Optional.empty();

  /** Wants this login from now on; takes effect at the next {@link #start}. */
  public RegistryServer withBasicAuth(String user, String password) {
    BasicAuth wanted = new BasicAuth(user, password);
    folder.writeLogin(wanted);
    auth = Optional.of(wanted);
    return this;
  }

  /** Serves https with a self-signed certificate for 127.0.0.1 and localhost. */
  public RegistryServer withTls() {
    folder.writeCertificate();
    tls = true;
    return this;
  }

  /** Serves https, and only to who shows {@link #clientCertificate}. */
  public RegistryServer withClientCertificates() {
    withTls();
    folder.writeClientCertificate();
    clients = true;
    return this;
  }

  /** Refuses pushes from the next {@link #start} on: fill it, stop it, and start it read-only. */
  public RegistryServer readOnly() {
    readOnly = true;
    return this;
  }

  /** Takes manifests of schema 1, which current registries refuse. */
  public RegistryServer withSchema1() {
    schema1 = true;
    return this;
  }

  /** Takes manifests with layers that are to be had elsewhere; by itself it refuses their URLs. */
  public RegistryServer withForeignLayers() {
    foreignLayers = true;
    return this;
  }

  /**
   * Starts the server; after a {@link #stop}, on the same port and with the same data.
   *
   * @throws IllegalStateException if the program is missing (the message says how to install it) or
   *     does not come up within two minutes (the message has its log)
   */
  public RegistryServer start() {
    if (process.isPresent()) {
      throw new IllegalStateException("The registry " + host() + " is running already");
    }
    Path program = Programs.require("docker-registry");
    folder.writeConfiguration(configuration());
    Process started = folder.launch(program);
    OwnedProcesses.add(started);
    process = Optional.of(started);
    port = awaitPort(started);
    return this;
  }

  private String configuration() {
    StringBuilder sections = new StringBuilder();
    if (tls) {
      sections.append(folder.tlsSection());
      sections.append(clients ? folder.clientsSection() : "");
    }
    if (auth.isPresent()) {
      sections.append(folder.loginSection());
    }
    if (schema1) {
      sections.append("compatibility:\n  schema1:\n    enabled: true\n");
    }
    if (foreignLayers) {
      sections.append("validation:\n  manifests:\n    urls:\n      allow: ['^https://']\n");
    }
    return folder.configuration(port, readOnly) + sections;
  }

  /** The listening socket exists before the line with its port is logged, so no request is lost. */
  private int awaitPort(Process started) {
    for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
      Matcher matcher = LISTENING.matcher(folder.logOfThisStart());
      if (matcher.find()) {
        return Integer.parseInt(matcher.group(1));
      }
      if (ended(started)) {
        break;
      }
    }
    stop();
    throw new IllegalStateException("docker-registry did not start: " + folder.logOfThisStart());
  }

  private static boolean ended(Process started) {
    try {
      return started.waitFor(STEP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Kills the server: connections to it are refused. Its data and port are kept. */
  public RegistryServer stop() {
    process.ifPresent(OwnedProcesses::end);
    process = Optional.empty();
    return this;
  }

  /** {@code 127.0.0.1:PORT}; the port is known from the first {@link #start} on. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** The certificate it serves, in PEM; exists with {@link #withTls} only. */
  public Path certificate() {
    return folder.certificate();
  }

  /** What a client shows, in PEM; exists with {@link #withClientCertificates} only. */
  public Path clientCertificate() {
    return folder.clientCertificate();
  }

  /** The key to it, in PEM, PKCS#8. */
  public Path clientKey() {
    return folder.clientKey();
  }

  /**
   * What it was asked since it was created, in order, across restarts. The end of a large answer is
   * sent before its line is written, so this returns when no line has come for 200 ms.
   */
  public List<RegistryRequest> requests() {
    return ACCESS.matcher(quietLog()).results().map(RegistryServer::request).toList();
  }

  private String quietLog() {
    String log = folder.log();
    int same = 0;
    while (same < QUIET_LOOKS && process.isPresent() && !ended(process.get())) {
      String now = folder.log();
      same = now.length() == log.length() ? same + 1 : 0;
      log = now;
    }
    return log;
  }

  private static RegistryRequest request(MatchResult line) {
    return new RegistryRequest(line.group(1), line.group(2), Integer.parseInt(line.group(3)));
  }

  /** Its log, for the message of a failed test. */
  public String log() {
    return folder.log();
  }

  /**
   * Loses a blob: its bytes leave the storage, while every repository still links to it.
   *
   * @param digest as {@code sha256:…}
   * @throws UncheckedIOException if it has no such blob
   */
  public void loseBlob(String digest) {
    try {
      Files.delete(folder.blob(digest));
    } catch (IOException e) {
      throw new UncheckedIOException("Tried to remove blob " + digest + " but failed", e);
    }
  }

  RegistryApi api() {
    return new RegistryApi(host(), auth, tls);
  }

  @Override
  public void close() {
    stop();
    folder.delete();
  }
}
