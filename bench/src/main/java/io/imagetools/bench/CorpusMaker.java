package io.imagetools.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes images of two platforms with five layers each, of which three (60 %) belong to a base that
 * twenty images share; half of the images are Docker lists, half OCI indexes. The same numbers give
 * the same bytes.
 */
final class CorpusMaker {

  private static final int PUSHERS = 4;
  private static final int OWN = 2;
  private static final int SHARED = 3;
  private static final int SHARERS = 20;
  private static final List<String> ARCHITECTURES = List.of("amd64", "arm64");
  private static final String BYTES = "application/octet-stream";

  private final String host;
  private final String name;
  private final int images;
  private final int meanLayer;
  private final Set<String> distinct = ConcurrentHashMap.newKeySet();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * A corpus to be made.
   *
   * @param host of the registry that gets it
   * @param name the first part of its repositories
   * @param totalBytes of all distinct layers, about
   */
  CorpusMaker(String host, String name, int images, long totalBytes) {
    this.host = host;
    this.name = name;
    this.images = images;
    int bases = (images + SHARERS - 1) / SHARERS;
    long layers = ARCHITECTURES.size() * (OWN * (long) images + SHARED * (long) bases);
    this.meanLayer = (int) Math.max(1024, totalBytes / layers);
  }

  /** Makes and pushes it. */
  Corpus make() throws InterruptedException, IOException {
    ExecutorService threads = Executors.newFixedThreadPool(PUSHERS);
    try {
      List<Future<Corpus.Image>> pushed = new ArrayList<>();
      for (int number = 0; number < images; number++) {
        int image = number;
        pushed.add(threads.submit(() -> push(image)));
      }
      List<Corpus.Image> made = new ArrayList<>();
      for (Future<Corpus.Image> one : pushed) {
        made.add(one.get());
      }
      return new Corpus(made, bytes.get());
    } catch (ExecutionException e) {
      throw new IOException("The corpus " + name + " could not be made: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private Corpus.Image push(int number) throws IOException {
    String repository = name + "/image-" + number;
    ManifestText text = new ManifestText(number % 2 == 0);
    List<String> blobs = new ArrayList<>();
    List<ManifestText.Part> children = new ArrayList<>();
    try (Wire wire = new Wire(host)) {
      for (String architecture : ARCHITECTURES) {
        List<ManifestText.Part> layers = new ArrayList<>();
        for (int layer = 0; layer < SHARED + OWN; layer++) {
          String owner = layer < SHARED ? "base-" + number / SHARERS : "image-" + number;
          byte[] content = layer(String.join("/", name, architecture, owner, "" + layer));
          layers.add(blob(wire, repository, content));
        }
        byte[] config = text.config(repository, architecture).getBytes(StandardCharsets.UTF_8);
        ManifestText.Part configPart = blob(wire, repository, config);
        blobs.add(configPart.digest());
        layers.forEach(layer -> blobs.add(layer.digest()));
        String manifest = text.manifest(configPart, layers);
        children.add(manifest(wire, repository, null, text.manifestType(), manifest));
      }
      String index = text.index(children, ARCHITECTURES);
      ManifestText.Part tagged = manifest(wire, repository, Step.TAG, text.indexType(), index);
      List<String> digests = children.stream().map(ManifestText.Part::digest).toList();
      return new Corpus.Image(
          repository, tagged.digest(), text.indexType(), digests, text.manifestType(), blobs);
    }
  }

  /** From a third of the mean to five thirds. */
  private byte[] layer(String label) {
    long seed = seed(label);
    double factor = (1 + 4 * new SplittableRandom(seed).nextDouble()) / 3;
    return Layers.make(seed, (int) (meanLayer * factor));
  }

  private static long seed(String label) {
    return Long.parseUnsignedLong(
        Layers.digest(label.getBytes(StandardCharsets.UTF_8)).substring(7, 23), 16);
  }

  private ManifestText.Part blob(Wire wire, String repository, byte[] content) throws IOException {
    String digest = Layers.digest(content);
    if (distinct.add(digest)) {
      bytes.addAndGet(content.length);
    }
    String place =
        wire.send(202, "POST", Copies.uploads(repository), BYTES, new byte[0]).header("Location");
    String path = Copies.path(place);
    wire.send(
        201, "PUT", path + (path.contains("?") ? "&" : "?") + "digest=" + digest, BYTES, content);
    return new ManifestText.Part(digest, content.length);
  }

  private static ManifestText.Part manifest(
      Wire wire,
      String repository,
      @org.jspecify.annotations.Nullable String tag,
      String type,
      String text)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String digest = Layers.digest(bytes);
    String reference = tag == null ? digest : tag;
    wire.send(201, "PUT", Copies.manifests(repository, reference), type, bytes);
    return new ManifestText.Part(digest, bytes.length);
  }
}
