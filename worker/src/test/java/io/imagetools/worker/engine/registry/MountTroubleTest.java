package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.ByteCounts;
import io.imagetools.testing.Fault;
import io.imagetools.testing.FaultyProxy;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.registry.RegistryWrites;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A registry that can't mount from another repository gets the bytes, whatever it says. */
@Timeout(300)
class MountTroubleTest {

  private static final String MOUNT = "/v2/second/blobs/uploads/\\?mount=.*from=first";
  private static final String TOKEN_OF_TWO = "/token.*scope=.*scope=.*";

  private final RegistryServer source = new RegistryServer();
  private final RegistryServer destination = new RegistryServer();
  private FaultyProxy door;

  @BeforeEach
  void start() {
    source.start();
    destination.start();
    door = new FaultyProxy(destination);
  }

  @AfterEach
  void stop() {
    door.close();
    source.close();
    destination.close();
  }

  /** Each blob goes to the second repository by an upload, after one try that went wrong. */
  private void assertSentAfterOneTryEach(String method, String path) throws Exception {
    PushedImage image = new ImageCorpus(source).ociImage("app", "1");
    Set<Registry> insecure = Set.of(new Registry(source.host()), new Registry(door.host()));
    RegistryWrites.Limits limits =
        new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(5));
    try (RegistryBench bench = RegistryBench.of(limits, insecure)) {
      bench.mirror(image.reference(), door.host() + "/first:1", "all");

      ByteCounts second = bench.mirror(image.reference(), door.host() + "/second:1", "all").bytes();

      assertThat(second.copied()).isPositive();
      assertThat(second.mounted() + second.skipped()).isZero();
    }
    RegistryReader reader = new RegistryReader(destination);
    assertThat(reader.read("second", "1")).isEqualTo(reader.read("first", "1"));
    assertThat(door.requests(method, ""))
        .filteredOn(request -> request.path().matches(path))
        .hasSameSizeAs(image.manifest().blobs());
  }

  @Test
  void where_it_breaks_down_over_the_mount() throws Exception {
    door.always("POST", MOUNT, Fault.error(500, "UNKNOWN"));

    assertSentAfterOneTryEach("POST", MOUNT);
  }

  @Test
  void where_it_opens_an_upload_and_does_not_say_where() throws Exception {
    door.always("POST", MOUNT, new Fault.Answered(202, "", Map.of()));

    assertSentAfterOneTryEach("POST", MOUNT);
  }

  @Test
  void where_its_token_server_refuses_the_right_to_read_there() throws Exception {
    door.always("GET", TOKEN_OF_TWO, Fault.error(403, "DENIED"));
    door.always("GET", "/token", Fault.answer(200, "application/json", "{\"token\":\"t\"}"));
    String challenge = "Bearer realm=\"http://" + door.host() + "/token\",service=\"tests\"";
    Map<String, String> headers = Map.of("WWW-Authenticate", challenge);
    door.first(1, "GET", "/v2/", new Fault.Answered(401, "", headers));
    door.first(1, "HEAD", "/v2/first/manifests/", new Fault.Answered(401, "", headers));

    assertSentAfterOneTryEach("GET", TOKEN_OF_TWO);
  }
}
