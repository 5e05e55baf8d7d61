package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads with the rights that are asked for. */
final class ScopedReads implements RegistryReads {

  /**
   * Schema 1 as well, so that the registry tells what it has instead of converting or hiding it.
   */
  private static final String MANIFESTS =
      String.join(
          ", ",
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_MANIFEST,
          "application/vnd.docker.distribution.manifest.v1+prettyjws",
          "application/vnd.docker.distribution.manifest.v1+json");

  private final Questions questions;
  private final Logins logins;
  private final Refusals refusals;
  private final Function<Repository, String> scope;

  /**
   * With these parts.
   *
   * @param scope the rights to ask for in a repository
   */
  ScopedReads(
      Questions questions, Logins logins, Refusals refusals, Function<Repository, String> scope) {
    this.questions = questions;
    this.logins = logins;
    this.refusals = refusals;
    this.scope = scope;
  }

  @Override
  public Optional<Head> head(ImageReference reference) throws MirrorFailure, InterruptedException {
    Query query = manifest("HEAD", reference);
    Answer answer = questions.ask(query);
    if (answer.absent()) {
      return Optional.empty();
    }
    if (answer.ok()) {
      Optional<Head> head = ManifestAnswer.head(query, reference, answer);
      if (head.isPresent()) {
        return head;
      }
    } else if (!refusesHead(answer)) {
      throw refusal(query, answer);
    }
    return get(reference).map(fetched -> new Head(fetched.digest(), fetched.mediaType()));
  }

  /** Whether a GET may tell more: a HEAD that is refused does not say why. */
  private static boolean refusesHead(Answer answer) {
    int status = answer.status();
    boolean clear = status == 401 || status == 429 || status == 408;
    return status == 501 || (status >= 400 && status < 500 && !clear);
  }

  @Override
  public Optional<Fetched> get(ImageReference reference)
      throws MirrorFailure, InterruptedException {
    Query query = manifest("GET", reference);
    Answer answer = questions.ask(query);
    if (answer.absent()) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw refusal(query, answer);
    }
    return Optional.of(ManifestAnswer.fetched(query, reference, answer));
  }

  private Query manifest(String method, ImageReference reference) {
    Repository repository = reference.repository();
    return new Query(
        LoginTarget.of(repository),
        method,
        "/v2/" + repository.path() + "/manifests/" + reference.manifestReference(),
        scope.apply(repository),
        MANIFESTS,
        RegistryClient.MAX_MANIFEST_BYTES,
        "look up " + reference);
  }

  @Override
  public byte[] blob(Repository repository, Digest digest, int maxBytes)
      throws MirrorFailure, InterruptedException {
    Query query =
        new Query(
            LoginTarget.of(repository),
            "GET",
            "/v2/" + repository.path() + "/blobs/" + digest,
            scope.apply(repository),
            "*/*",
            maxBytes,
            "fetch the blob " + digest + " of " + repository);
    Answer answer = questions.ask(query);
    if (answer.absent()) {
      throw Refusals.odd(query, FailureKind.SOURCE_NOT_FOUND, "does not have it");
    }
    if (!answer.ok()) {
      throw refusal(query, answer);
    }
    if (!answer.complete()) {
      throw Refusals.odd(
          query,
          FailureKind.UNSUPPORTED_MEDIA_TYPE,
          "has one that is larger than " + maxBytes + " bytes");
    }
    if (!digest.matches(answer.body())) {
      throw Refusals.odd(query, FailureKind.DIGEST_MISMATCH, "sent other bytes than the digest's");
    }
    return answer.body();
  }

  @Override
  public Optional<List<Descriptor>> referrers(Repository repository, Digest subject)
      throws MirrorFailure, InterruptedException {
    return new ReferrerPages(questions, refusals, logins, scope).of(repository, subject);
  }

  @Override
  public Optional<Set<Digest>> referrersAmong(
      Repository repository, Digest subject, Set<Digest> wanted)
      throws MirrorFailure, InterruptedException {
    return new ReferrerPages(questions, refusals, logins, scope).among(repository, subject, wanted);
  }

  private MirrorFailure refusal(Query query, Answer answer)
      throws MirrorFailure, InterruptedException {
    return refusals.of(query, answer, logins.credential(query.target()));
  }
}
