package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes, one question a method; {@link BlobUpload} sends the bytes. */
final class RegistryWriter implements RegistryWrites {

  private static final Logger log = LoggerFactory.getLogger(RegistryWriter.class);

  private static final Set<String> LACKING =
      Set.of("BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_UNKNOWN");

  private final Questions questions;
  private final Logins logins;
  private final Refusals refusals;
  private final UploadAddress addresses;
  private final BlobUpload uploads;
  private final RegistryReads reads;

  RegistryWriter(
      Questions questions,
      Logins logins,
      Refusals refusals,
      UploadAddress addresses,
      BlobUpload uploads) {
    this.questions = questions;
    this.logins = logins;
    this.refusals = refusals;
    this.addresses = addresses;
    this.uploads = uploads;
    this.reads = new DestinationReads(questions, logins, refusals);
  }

  @Override
  public RegistryReads reads() {
    return reads;
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob)
      throws MirrorFailure, InterruptedException {
    Query query =
        query(
            repository,
            "HEAD",
            "blobs/" + blob,
            Query.push(repository),
            "look up the blob " + blob + " of " + repository);
    Answer answer = questions.ask(query);
    if (answer.ok()) {
      return true;
    }
    boolean neverHeardOfHead = answer.status() == 405 || answer.status() == 501;
    if (answer.absent() || neverHeardOfHead) {
      return false;
    }
    MirrorFailure refusal = refusal(query, answer);
    if (refusal.kind() != FailureKind.DENIED) {
      throw refusal;
    }
    log.debug("{} may not be looked for in {}.", blob, repository, refusal);
    return false;
  }

  @Override
  public Mount mount(Repository to, Digest blob, Repository from)
      throws MirrorFailure, InterruptedException {
    Query query =
        query(
            to,
            "POST",
            "blobs/uploads/?mount=" + blob + "&from=" + from.path(),
            to.equals(from) ? Query.push(to) : Query.push(to) + " " + Query.pull(from),
            "mount the blob " + blob + " of " + from + " in " + to);
    Answer answer = questions.ask(query);
    if (answer.status() == 201) {
      return new Mount(true, null);
    }
    if (answer.status() == 202) {
      return new Mount(false, opened(query, to, answer));
    }
    if (answer.status() == 429 || answer.status() >= 500) {
      throw refusal(query, answer);
    }
    return new Mount(false, null); // It may be that it lets nobody read there: the bytes will do.
  }

  /** Null: it does not say where, and an upload of its own may be opened for the asking. */
  private @Nullable Session opened(Query query, Repository to, Answer answer) {
    try {
      return addresses.session(query, to, answer);
    } catch (MirrorFailure e) {
      log.debug("The upload that was opened instead is of no use.", e);
      return null;
    }
  }

  @Override
  public Session open(Repository to) throws MirrorFailure, InterruptedException {
    Query query = query(to, "POST", "blobs/uploads/", Query.push(to), "open an upload to " + to);
    Answer answer = questions.ask(query);
    if (answer.status() != 202) {
      throw refusal(query, answer);
    }
    return addresses.session(query, to, answer);
  }

  @Override
  public void upload(Repository from, Digest blob, long size, Session session)
      throws MirrorFailure, InterruptedException {
    uploads.send(new BlobSource.Blob(from, blob, size), session, this);
  }

  @Override
  public void abandon(Session session) throws InterruptedException {
    uploads.abandon(session);
  }

  @Override
  public Referral putReferrer(ImageReference reference, String mediaType, byte[] content)
      throws MirrorFailure, InterruptedException {
    Optional<Answer> stored = put(reference, mediaType, content);
    if (stored.isEmpty()) {
      return Referral.LACKING;
    }
    return stored.get().header("oci-subject").isEmpty() ? Referral.UNLISTED : Referral.LISTED;
  }

  @Override
  public boolean putManifest(ImageReference reference, String mediaType, byte[] content)
      throws MirrorFailure, InterruptedException {
    return put(reference, mediaType, content).isPresent();
  }

  /** Empty: the registry lacks what the manifest names. */
  private Optional<Answer> put(ImageReference reference, String mediaType, byte[] content)
      throws MirrorFailure, InterruptedException {
    Repository repository = reference.repository();
    Query query =
        query(
            repository,
            "PUT",
            "manifests/" + reference.manifestReference(),
            Query.push(repository),
            "push the manifest " + reference);
    Answer answer = questions.ask(query, Content.bytes(content, mediaType));
    if (answer.done()) {
      return Optional.of(answer);
    }
    boolean lacking =
        answer.status() >= 400
            && answer.status() < 500
            && ErrorBody.of(answer).codes().stream().anyMatch(LACKING::contains);
    if (lacking) {
      return Optional.empty();
    }
    throw refusal(query, answer);
  }

  private static Query query(
      Repository repository, String method, String path, String scope, String purpose) {
    return new Query(
        LoginTarget.of(repository),
        method,
        "/v2/" + repository.path() + "/" + path,
        scope,
        "*/*",
        Exchange.MAX_ERROR_BYTES,
        purpose);
  }

  private MirrorFailure refusal(Query query, Answer answer)
      throws MirrorFailure, InterruptedException {
    return refusals.of(query, answer, logins.credential(query.target()));
  }
}
