package io.imagetools.worker.program;

import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Fetches a statically linked skopeo, when the user asked for it: from an address with a SHA-256
 * that must match, into the user's cache folder. Nothing unverified is ever executable or left
 * under the program's name.
 */
public final class SkopeoDownload {

  /** More than this is no skopeo (static builds are about 40 MiB). */
  static final long MAX_BYTES = 256L << 20;

  /** Until the server answers at all. */
  static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

  /** Until the headers of the answer are there. */
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  /** Until all of it is there. */
  static final Duration TOTAL_LIMIT = Duration.ofMinutes(15);

  private static final Pattern SHA256 = Pattern.compile("[a-f0-9]{64}");
  private static final int BUFFER_BYTES = 64 << 10;

  private final URI address;
  private final String sha256;
  private final long maxBytes;

  /**
   * What to fetch.
   *
   * @param address http or https
   * @param sha256 of the file, 64 hexadecimal digits
   * @throws EnvironmentException if one of them is not what it must be
   */
  public SkopeoDownload(String address, String sha256) {
    this(address, sha256, MAX_BYTES);
  }

  SkopeoDownload(String address, String sha256, long maxBytes) {
    this.address = parse(address);
    this.sha256 = sha256.strip().toLowerCase(Locale.ROOT);
    this.maxBytes = maxBytes;
    if (!SHA256.matcher(this.sha256).matches()) {
      throw new EnvironmentException(
          "The SHA-256 of the skopeo to download must be 64 hexadecimal digits, not '"
              + sha256
              + "'. Correct --skopeo-sha256.");
    }
  }

  private static URI parse(String address) {
    try {
      URI uri = URI.create(address.strip());
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw new EnvironmentException(
          "The address to download skopeo from is none: "
              + e.getMessage()
              + ". Correct --fetch-skopeo.",
          e);
    }
    throw new EnvironmentException(
        "The address to download skopeo from must begin with http:// or https://. Correct --fetch-skopeo.");
  }

  /** The folder for downloaded programs (XDG base directory specification); empty without HOME. */
  public static Optional<Path> cacheFolder(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!cache.isEmpty() && Path.of(cache).isAbsolute()) {
      return Optional.of(Path.of(cache, "image-tools"));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".cache", "image-tools"));
  }

  /**
   * Fetches it into that folder, unless the very file is there.
   *
   * @return the program's file
   * @throws EnvironmentException if it can't be had; then the folder is as it was
   */
  public Path into(Path folder) throws InterruptedException {
    Path target = folder.resolve(KnownProgram.SKOPEO.fileName());
    try {
      if (Files.isExecutable(target) && sum(target).equals(sha256)) {
        return target;
      }
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, ".skopeo-", ".part");
      try {
        fetch(part);
        if (!part.toFile().setExecutable(true, true)) {
          throw new IOException("could not make " + part + " executable");
        }
        move(part, target);
        return target;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "Could not download skopeo from "
              + address
              + " into "
              + folder
              + ": "
              + text(e)
              + ". Correct --fetch-skopeo and --skopeo-sha256, or install skopeo.",
          e);
    }
  }

  private void fetch(Path part) throws IOException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpRequest request = HttpRequest.newBuilder(address).timeout(ANSWER_LIMIT).build();
    HttpResponse<InputStream> response =
        client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body();
        Alarm alarm = new Alarm(body)) {
      if (response.statusCode() != 200) {
        throw new IOException("the server answered with status " + response.statusCode());
      }
      String actual = write(body, part);
      alarm.check();
      if (!actual.equals(sha256)) {
        throw new IOException(
            "its SHA-256 is " + actual + " and not " + sha256 + ", so it was thrown away");
      }
    }
  }

  private String write(InputStream body, Path part) throws IOException {
    MessageDigest digest = sha256Digest();
    try (OutputStream out = Files.newOutputStream(part)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long total = 0;
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        total += n;
        if (total > maxBytes) {
          throw new IOException("it is larger than " + maxBytes + " bytes, so it is no skopeo");
        }
        digest.update(buffer, 0, n);
        out.write(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void move(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String sum(Path file) throws IOException {
    try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), sha256Digest())) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    }
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Closes a body that does not end in time, which wakes up who reads it. */
  private static final class Alarm implements AutoCloseable {
    private final CompletableFuture<Void> bell;

    Alarm(InputStream body) {
      bell =
          CompletableFuture.runAsync(
              () -> close(body),
              CompletableFuture.delayedExecutor(TOTAL_LIMIT.toSeconds(), TimeUnit.SECONDS));
    }

    private static void close(InputStream body) {
      try {
        body.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void check() throws IOException {
      if (bell.isDone()) {
        throw new IOException("it took longer than " + TOTAL_LIMIT.toMinutes() + " minutes");
      }
    }

    @Override
    public void close() {
      bell.cancel(false);
    }
  }
}
