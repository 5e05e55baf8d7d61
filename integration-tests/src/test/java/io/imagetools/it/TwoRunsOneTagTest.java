package io.imagetools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.imagetools.cli.role.Cluster;
import io.imagetools.collector.intake.RunSnapshots;
import io.imagetools.collector.ledger.RunLedger;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.PlatformSelector;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.JobId;
import io.imagetools.common.job.MirrorJob;
import io.imagetools.common.job.MirrorResult;
import io.imagetools.common.job.Outcome;
import io.imagetools.common.job.RunId;
import io.imagetools.common.kafka.KafkaSettings;
import io.imagetools.common.kafka.QueueMode;
import io.imagetools.producer.publish.RunPublisher;
import io.imagetools.producer.publish.Submission;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.ImageTree;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two runs with different sources write the same tags at the same moment. Of each tag both have
 * looked at what is there before either writes it; of some, both have written it before either
 * learns that it did.
 */
@ExtendWith(SharedBroker.class)
@Timeout(300)
class TwoRunsOneTagTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final List<RunId> RUNS = List.of(new RunId("run-a"), new RunId("run-b"));
  private static final List<String> KINDS = List.of("list", "some", "one");
  private static final String TAG = "1";

  /** Below these, the two wait for each other before they write, or after it too. */
  private static final String LOOKED = "looked/";

  private static final String WROTE = "wrote/";

  private final KafkaSettings settings = SharedBroker.settings("one-tag");
  private final List<RegistryServer> sources = List.of(new RegistryServer(), new RegistryServer());
  private final RegistryServer destination = new RegistryServer();
  private final Map<String, Rendezvous> meetings = new ConcurrentHashMap<>();

  @TempDir Path folder;

  @BeforeEach
  void push() {
    for (int run = 0; run < RUNS.size(); run++) {
      RegistryServer source = sources.get(run).start();
      ImageCorpus images = new ImageCorpus(source).withSeed(run + 1).withLayerBytes(100_000);
      images.dockerList("list", TAG);
      images.ociIndexOfFour("some", TAG);
      images.ociImage("one", TAG);
    }
    destination.start();
  }

  @AfterEach
  void stop() {
    sources.forEach(RegistryServer::close);
    destination.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "skopeo"})
  void the_tag_is_one_of_both_and_whole_and_the_results_say_which(String engine) throws Exception {
    try (FaultyProxy door = new FaultyProxy(destination);
        Cluster cluster = Cluster.open(settings, QueueMode.AUTO, 1);
        ProgramProcess one = worker("one", engine, door);
        ProgramProcess other = worker("other", engine, door)) {
      await().atMost(SOON).until(() -> takesJobs(one) && takesJobs(other));
      for (String repository : repositories()) {
        meet(door, "HEAD", repository);
        if (repository.startsWith(WROTE)) {
          meet(door, "PUT", repository);
        }
      }

      for (int run = 0; run < RUNS.size(); run++) {
        submit(cluster, run, door);
      }
      await().atMost(SOON).until(() -> ledgers(cluster).stream().allMatch(RunLedger::isComplete));

      assertThat(meetings.values()).as("met").hasSize(9).allMatch(Rendezvous::happened);
      List<RunLedger> ledgers = ledgers(cluster);
      for (int job = 0; job < repositories().size(); job++) {
        assertWhole(
            engine,
            repositories().get(job),
            List.of(ledgers.get(0).results().get(job), ledgers.get(1).results().get(job)));
      }
    }
  }

  private static List<String> repositories() {
    List<String> all = new ArrayList<>();
    KINDS.forEach(kind -> all.addAll(List.of(LOOKED + kind, WROTE + kind)));
    return all;
  }

  private static String kind(String repository) {
    return repository.substring(repository.indexOf('/') + 1);
  }

  private static boolean takesJobs(ProgramProcess worker) throws Exception {
    return worker.err().contains("takes jobs from");
  }

  private ProgramProcess worker(String name, String engine, FaultyProxy door) throws Exception {
    String slots = Integer.toString(repositories().size());
    List<String> arguments = new ArrayList<>(List.of("worker", "--name", name, "-j", slots));
    arguments.addAll(List.of("--engine", engine, "--topic-prefix", settings.topics().prefix()));
    arguments.addAll(List.of("--bootstrap-server", settings.bootstrapServers()));
    arguments.addAll(List.of("--stall-timeout", "3m", "--insecure-registry"));
    arguments.add(String.join(",", sources.get(0).host(), sources.get(1).host(), door.host()));
    return ProgramProcess.start(folder, Map.of(), arguments.toArray(String[]::new));
  }

  /** The first two of these requests are answered when both have been done. */
  private void meet(FaultyProxy door, String method, String repository) {
    Rendezvous meeting = new Rendezvous();
    meetings.put(method + repository, meeting);
    door.first(2, method, "/" + repository + "/manifests/" + TAG + "$", meeting.asFault());
  }

  private void submit(Cluster cluster, int run, FaultyProxy door) throws InterruptedException {
    List<MirrorJob> jobs = new ArrayList<>();
    for (String repository : repositories()) {
      int number = jobs.size() + 1;
      jobs.add(
          new MirrorJob(
              new JobId(RUNS.get(run), number),
              number,
              ImageReference.parse(sources.get(run).host() + "/" + kind(repository) + ":" + TAG),
              ImageReference.parse(door.host() + "/" + repository + ":" + TAG),
              PlatformSelector.DEFAULT,
              true,
              false));
    }
    try (RunPublisher publisher = cluster.publisher(Clock.systemUTC())) {
      publisher.publish(new Submission(RUNS.get(run), null, jobs, List.of()));
    }
  }

  private List<RunLedger> ledgers(Cluster cluster) {
    return new RunSnapshots(settings)
        .of(RUNS.stream().flatMap(run -> cluster.runs().find(run).stream()).toList());
  }

  private void assertWhole(String engine, String repository, List<MirrorResult> results) {
    ImageTree served = new RegistryReader(destination).read(repository, TAG);
    List<Integer> owners = new ArrayList<>();
    for (int run = 0; run < RUNS.size(); run++) {
      if (isWanted(new RegistryReader(sources.get(run)).read(kind(repository), TAG), served)) {
        owners.add(run);
      }
    }
    assertThat(owners).as(repository + " is of one run").hasSize(1);
    MirrorResult winner = results.get(owners.get(0));
    MirrorResult loser = results.get(1 - owners.get(0));
    System.out.println(
        "TwoRunsOneTagTest: "
            + engine
            + ", "
            + repository
            + ": "
            + winner.outcome()
            + ", and "
            + loser.outcome());
    assertThat(winner.outcome()).as(repository).isEqualTo(new Outcome.Mirrored());
    assertThat(Objects.toString(winner.destinationDigest())).isEqualTo(served.digest());
    boolean refuted =
        loser.outcome() instanceof Outcome.Failed failed
            && failed.kind() == FailureKind.DIGEST_MISMATCH;
    assertThat(refuted || loser.outcome().equals(new Outcome.Mirrored()))
        .as(repository + ": " + loser.outcome())
        .isTrue();
    // What is chosen of an index, the skopeo engine pushes once more if it finds something else.
    if (repository.startsWith(WROTE) && !(engine.equals("skopeo") && repository.endsWith("some"))) {
      assertThat(refuted).as(repository + ": " + loser.outcome()).isTrue();
    }
  }

  /** Whether it is the source's, or of four images the two that were asked for. */
  private static boolean isWanted(ImageTree source, ImageTree served) {
    return source.children().size() == 4
        ? served.mediaType().equals(source.mediaType())
            && served.children().equals(source.children().subList(0, 2))
        : served.equals(source);
  }
}
