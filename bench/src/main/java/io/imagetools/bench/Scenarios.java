package io.imagetools.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes the scenarios, and their images when they are first wanted. Used by one thread. */
final class Scenarios {

  private static final Duration FAR = Duration.ofMillis(50);

  /** Of one connection, in the scenario of several workers. */
  private static final long CAP = 1 << 20;

  private static final long SMALL_LAYER = 8 << 10;
  private static final long SCALE_LAYER = 256 << 10;

  private final Options options;
  private final Corpora corpora;
  private final BrokerProcess broker;

  /** Makes images at the source. */
  @FunctionalInterface
  interface Corpora {
    Corpus make(String name, int images, long bytes) throws IOException, InterruptedException;
  }

  Scenarios(Options options, Corpora corpora, BrokerProcess broker) {
    this.options = options;
    this.corpora = corpora;
    this.broker = broker;
  }

  Scenario named(String name) throws IOException, InterruptedException {
    Scenario scenario =
        switch (name) {
          case "large" -> large();
          case "small" -> small();
          case "far" -> far();
          case "engines" -> engines();
          case "scale" -> scale();
          default -> throw new IllegalArgumentException("There is no scenario " + name);
        };
    return scenario.only(options::chosen);
  }

  /** Of each new image, two layers for each of two platforms. */
  private static long bytes(int images, long layer) {
    return images * 4L * layer;
  }

  private Corpus warm(String name) throws IOException, InterruptedException {
    int images = options.quick ? 60 : 300;
    return corpora.make(name + "-warm", images, bytes(images, 128 << 10));
  }

  private static String size(Corpus corpus) {
    return String.format(
        Locale.ROOT,
        "%d images × 2 platforms, %.2f GB, 60 %% of layers shared",
        corpus.images().size(),
        corpus.bytes() / 1e9);
  }

  private List<Way> contenders() {
    List<Way> ways = new ArrayList<>();
    ways.add(Peer.floor());
    ways.add(new ImageTools("registry", 20));
    ways.add(new Workers(1, "registry", 20, broker));
    ways.add(Peer.skopeo());
    return ways;
  }

  /** What takes long, or need not be known as well as the contenders: of the first round only. */
  private static List<Way> once() {
    List<Way> ways = new ArrayList<>();
    ways.add(new ImageTools("skopeo", 20));
    ways.add(Peer.sync());
    ways.addAll(Peer.others());
    return ways;
  }

  private Scenario large() throws IOException, InterruptedException {
    Corpus corpus = corpora.make("large", options.images(), options.bytes());
    return new Scenario(
        "Large: " + size(corpus),
        corpus,
        warm("large"),
        Duration.ZERO,
        SlowProxy.UNLIMITED,
        options.rounds(2),
        contenders(),
        once());
  }

  private Scenario small() throws IOException, InterruptedException {
    Corpus corpus = corpora.make("small", options.small(), bytes(options.small(), SMALL_LAYER));
    return new Scenario(
        "Small: " + size(corpus),
        corpus,
        warm("small"),
        Duration.ZERO,
        SlowProxy.UNLIMITED,
        options.rounds(1),
        contenders(),
        once());
  }

  private Scenario far() throws IOException, InterruptedException {
    Corpus corpus =
        corpora.make("far", options.farImages(), bytes(options.farImages(), SMALL_LAYER));
    return new Scenario(
        "Far away: 50 ms added to each request; " + size(corpus),
        corpus,
        warm("far"),
        FAR,
        SlowProxy.UNLIMITED,
        options.rounds(1),
        contenders(),
        once());
  }

  private Scenario engines() throws IOException, InterruptedException {
    Corpus corpus =
        corpora.make("engines", options.engineImages(), bytes(options.engineImages(), SCALE_LAYER));
    List<Way> ways = new ArrayList<>();
    ways.add(Peer.floor());
    for (String engine : List.of("registry", "skopeo")) {
      for (int jobs : List.of(1, 4, 20)) {
        ways.add(new ImageTools(engine, jobs));
      }
    }
    for (int jobs : List.of(1, 4)) {
      ways.add(new Workers(1, "registry", jobs, broker));
    }
    ways.add(Peer.skopeo());
    return new Scenario(
        "Engines and -j: " + size(corpus),
        corpus,
        warm("engines"),
        Duration.ZERO,
        SlowProxy.UNLIMITED,
        options.rounds(1),
        ways,
        List.of());
  }

  private Scenario scale() throws IOException, InterruptedException {
    int images = options.quick ? 64 : 320;
    Corpus corpus = corpora.make("scale", images, bytes(images, SCALE_LAYER));
    return new Scenario(
        "Several workers of -j 2 each, 50 ms added to each request, 1 MiB/s a connection; "
            + size(corpus),
        corpus,
        warm("scale").first(40),
        FAR,
        CAP,
        options.rounds(1),
        Scale.ways(2, broker),
        List.of());
  }
}
