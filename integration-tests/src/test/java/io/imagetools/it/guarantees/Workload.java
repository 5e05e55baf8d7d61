package io.imagetools.it.guarantees;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.RunId;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Jobs whose tag says how long they take, so that any worker process knows it.
 *
 * @param lengths of the jobs, in the order of their numbers
 */
record Workload(List<Duration> lengths) {
  private static final String MILLIS = "ms-";

  /** The tag of a job that takes its worker with it. */
  private static final String POISON = "poison";

  /** Jobs of one registry begin at a worker's rate limit; these many do not meet it. */
  private static final int REGISTRIES = 64;

  Workload {
    lengths = List.copyOf(lengths);
  }

  /** As many short jobs as long ones, by powers of ten. */
  static Workload of(Scale scale, long seed) {
    Random random = new Random(seed);
    double from = Math.log((double) scale.shortest().toMillis());
    double to = Math.log((double) scale.longest().toMillis());
    return new Workload(
        IntStream.range(0, scale.jobs())
            .mapToObj(n -> from + random.nextDouble() * (to - from))
            .map(power -> Duration.ofMillis(Math.round(Math.exp(power))))
            .toList());
  }

  /** Jobs that all take the same time. */
  static Workload even(int jobs, Duration length) {
    return new Workload(java.util.Collections.nCopies(jobs, length));
  }

  int jobs() {
    return lengths.size();
  }

  Duration length(int number) {
    return lengths.get(number - 1);
  }

  Duration longest() {
    return lengths.stream().max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** As they would be planned. */
  List<MirrorJob> planned(RunId run) {
    return IntStream.rangeClosed(1, jobs())
        .mapToObj(number -> job(run, number, MILLIS + length(number).toMillis()))
        .toList();
  }

  /** As a list. */
  List<String> list() {
    return IntStream.rangeClosed(1, jobs())
        .mapToObj(n -> source(n) + " " + destination(n) + " " + MILLIS + length(n).toMillis())
        .toList();
  }

  static MirrorJob poison(RunId run, int number) {
    return job(run, number, POISON);
  }

  private static MirrorJob job(RunId run, int number, String tag) {
    return new MirrorJob(
        new JobId(run, number),
        number,
        ImageReference.parse(source(number) + ":" + tag),
        ImageReference.parse(destination(number) + ":" + tag),
        PlatformSelector.ALL,
        false,
        false);
  }

  private static String source(int number) {
    return "source-" + number % REGISTRIES + ".example/app-" + number;
  }

  private static String destination(int number) {
    return "destination-" + number % REGISTRIES + ".example/app-" + number;
  }

  /** By what it copies: a list that is fed back has other lines. */
  static int number(MirrorJob job) {
    String path = job.source().repository().toString();
    return Integer.parseInt(path.substring(path.lastIndexOf('-') + 1));
  }

  static boolean isPoison(MirrorJob job) {
    return tag(job).equals(POISON);
  }

  static Duration length(MirrorJob job) {
    return Duration.ofMillis(Long.parseLong(tag(job).substring(MILLIS.length())));
  }

  private static String tag(MirrorJob job) {
    return job.source().requireTag().toString();
  }
}
