package io.imagetools.worker.engine.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.testing.ImageCorpus;
import io.imagetools.testing.PushedImage;
import io.imagetools.testing.RegistryReader;
import io.imagetools.testing.RegistryServer;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.EngineFixture;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryClient;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that says it has a blob, and at the manifest that it has not. */
@Timeout(300)
class LostBlobTest {

  /** Says of each blob so many times that it is there before it looks. */
  private static final class Forgetful implements RegistryWrites {
    private final RegistryWrites real;
    private final int lies;
    private final Map<Digest, Integer> told = new ConcurrentHashMap<>();

    Forgetful(RegistryWrites real, int lies) {
      this.real = real;
      this.lies = lies;
    }

    @Override
    public RegistryReads reads() {
      return real.reads();
    }

    @Override
    public boolean hasBlob(Repository repository, Digest blob)
        throws MirrorFailure, InterruptedException {
      return lies(blob) || real.hasBlob(repository, blob);
    }

    private boolean lies(Digest blob) {
      return told.merge(blob, 1, Integer::sum) <= lies;
    }

    @Override
    public Mount mount(Repository to, Digest blob, Repository from)
        throws MirrorFailure, InterruptedException {
      return to.equals(from) && lies(blob) ? new Mount(true, null) : real.mount(to, blob, from);
    }

    @Override
    public Session open(Repository to) throws MirrorFailure, InterruptedException {
      return real.open(to);
    }

    @Override
    public void upload(Repository from, Digest blob, long size, Session session)
        throws MirrorFailure, InterruptedException {
      real.upload(from, blob, size, session);
    }

    @Override
    public void abandon(Session session) throws InterruptedException {
      real.abandon(session);
    }

    @Override
    public Referral putReferrer(ImageReference reference, String mediaType, byte[] content)
        throws MirrorFailure, InterruptedException {
      return real.putReferrer(reference, mediaType, content);
    }

    @Override
    public boolean putManifest(ImageReference reference, String mediaType, byte[] content)
        throws MirrorFailure, InterruptedException {
      return real.putManifest(reference, mediaType, content);
    }
  }

  private final RegistryServer source = new RegistryServer().start();
  private final RegistryServer destination = new RegistryServer().start();
  private final ImageCorpus corpus = new ImageCorpus(source);

  private void mirror(PushedImage image, int lies) throws MirrorFailure, InterruptedException {
    Set<Registry> insecure = Set.of(new Registry(source.host()), new Registry(destination.host()));
    RegistryWrites.Limits limits =
        new RegistryWrites.Limits(Duration.ofMinutes(1), Duration.ofMinutes(2));
    try (source;
        destination;
        RegistryClient client =
            new RegistryClient(CredentialLookup.NONE, insecure, Map.of(), Clock.systemUTC());
        RegistryEngine engine =
            new RegistryEngine(client, new Forgetful(client.writes(limits), lies), Alone.blobs())) {
      String to = destination.host() + "/copy:1";
      engine.mirror(EngineFixture.job(image.reference(), to, "all", false));
      assertThat(new RegistryReader(destination).read("copy", "1"))
          .isEqualTo(new RegistryReader(source).read("app", "1"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void what_it_lacks_is_sent_and_the_manifest_pushed_again(boolean index) throws Exception {
    mirror(index ? corpus.ociIndexOfFour("app", "1") : corpus.dockerImage("app", "1"), 1);
  }

  @Test
  void one_that_goes_on_lying_is_left_to_a_later_attempt() {
    PushedImage image = corpus.ociIndex("app", "1");

    MirrorFailure failure =
        catchThrowableOfType(MirrorFailure.class, () -> mirror(image, 1_000_000));

    assertThat(failure.kind()).isEqualTo(FailureKind.REGISTRY_UNAVAILABLE);
    assertThat(failure).hasMessageContaining("lacks a blob which it confirmed a moment before");
  }
}
