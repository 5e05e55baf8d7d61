package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads where it will be written to, with a token that serves both. Some registries make a
 * repository when the right to push is asked for, and until then refuse to say that it is not
 * there. Who may only pull still finds out what is there: a token with the right to push may be
 * refused, or serve nothing, where one to pull would do.
 */
final class DestinationReads implements RegistryReads {

  private static final Logger log = LoggerFactory.getLogger(DestinationReads.class);

  private final Logins logins;
  private final RegistryReads toPush;
  private final RegistryReads toPull;

  DestinationReads(Questions questions, Logins logins, Refusals refusals) {
    this.logins = logins;
    this.toPush = new ScopedReads(questions, logins, refusals, Query::push);
    this.toPull = new ScopedReads(questions, logins, refusals, Query::pull);
  }

  @Override
  public Optional<Head> head(ImageReference reference) throws MirrorFailure, InterruptedException {
    return ask(reference.registry(), reads -> reads.head(reference));
  }

  @Override
  public Optional<Fetched> get(ImageReference reference)
      throws MirrorFailure, InterruptedException {
    return ask(reference.registry(), reads -> reads.get(reference));
  }

  @Override
  public Optional<List<Descriptor>> referrers(Repository repository, Digest subject)
      throws MirrorFailure, InterruptedException {
    return ask(repository.registry(), reads -> reads.referrers(repository, subject));
  }

  @Override
  public Optional<Set<Digest>> referrersAmong(
      Repository repository, Digest subject, Set<Digest> wanted)
      throws MirrorFailure, InterruptedException {
    return ask(repository.registry(), reads -> reads.referrersAmong(repository, subject, wanted));
  }

  @Override
  public byte[] blob(Repository repository, Digest digest, int maxBytes)
      throws MirrorFailure, InterruptedException {
    return ask(repository.registry(), reads -> reads.blob(repository, digest, maxBytes));
  }

  private interface Question<T> {
    T ask(RegistryReads reads) throws MirrorFailure, InterruptedException;
  }

  private <T> T ask(Registry registry, Question<T> question)
      throws MirrorFailure, InterruptedException {
    try {
      return question.ask(toPush);
    } catch (MirrorFailure e) {
      if (e.kind() != FailureKind.UNAUTHORIZED || !logins.dependOnScope(registry)) {
        throw e;
      }
      log.debug("Not with the right to push; asking for the right to pull only.", e);
    }
    return question.ask(toPull);
  }
}
