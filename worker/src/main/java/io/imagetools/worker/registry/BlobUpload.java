package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the bytes of one blob from registry to registry. Nothing of it touches the disk. */
final class BlobUpload {

  private static final Logger log = LoggerFactory.getLogger(BlobUpload.class);

  private final Transport transport;
  private final Questions questions;
  private final Logins logins;
  private final Refusals refusals;
  private final UploadAddress addresses;
  private final RegistryWrites.Limits limits;

  BlobUpload(
      Transport transport,
      Questions questions,
      Logins logins,
      Refusals refusals,
      UploadAddress addresses,
      RegistryWrites.Limits limits) {
    this.transport = transport;
    this.questions = questions;
    this.logins = logins;
    this.refusals = refusals;
    this.addresses = addresses;
    this.limits = limits;
  }

  /**
   * Sends it.
   *
   * @return false if the destination wants a fresh token, and there is one now
   */
  boolean send(Repository from, Digest blob, long size, RegistryWrites.Session session)
      throws MirrorFailure, InterruptedException {
    Repository to = session.repository();
    String purpose = "copy the blob " + blob + " from " + from + " to " + to;
    Query get =
        query(from, "GET", "/v2/" + from.path() + "/blobs/" + blob, Query.pull(from), purpose);
    URI address = UploadAddress.closing(session, blob);
    Query put = query(to, "PUT", address.getRawPath(), Query.push(to), purpose);
    String login = login(put, address);
    Transfer transfer = new Transfer(blob, size);
    Splice splice = splice(transfer, put, address, login);
    Answer read;
    try {
      read = questions.ask(get, null, splice);
    } catch (MirrorFailure e) {
      throw blamed(e, put, transfer);
    }
    if (!read.ok()) {
      abandon(session);
      throw lost(get, read);
    }
    return judge(get, put, splice, transfer, login);
  }

  private @Nullable String login(Query put, URI address)
      throws MirrorFailure, InterruptedException {
    return addresses.isOf(put.registry(), address) ? logins.known(put).orElse(null) : null;
  }

  private Splice splice(Transfer transfer, Query put, URI address, @Nullable String login)
      throws MirrorFailure {
    Ask ask =
        new Ask(
            put.method(),
            address,
            put.accept(),
            login,
            () -> new TransferContent(transfer),
            null,
            put.maxBytes());
    try {
      Exchange exchange = Transport.exchange(ask, limits.stall());
      boolean trusting = addresses.lax(put.registry(), address);
      return new Splice(transfer, limits, transport, exchange, trusting);
    } catch (IOException e) {
      throw NetworkFailures.of(put, e);
    }
  }

  /** A transfer that stood still did so on the side that it waited for. */
  private static MirrorFailure blamed(MirrorFailure e, Query put, Transfer transfer) {
    boolean destination =
        e.kind() == FailureKind.TIMEOUT && transfer.side() == Transfer.Side.DESTINATION;
    return destination && e.getCause() instanceof IOException cause
        ? NetworkFailures.of(put, cause)
        : e;
  }

  private MirrorFailure lost(Query get, Answer answer) throws MirrorFailure, InterruptedException {
    if (!answer.absent()) {
      return refusals.of(get, answer, logins.credential(get.registry()));
    }
    return Refusals.odd(
        get, FailureKind.SOURCE_NOT_FOUND, "does not have it", List.of("" + answer));
  }

  private boolean judge(
      Query get, Query put, Splice splice, Transfer transfer, @Nullable String login)
      throws MirrorFailure, InterruptedException {
    IOException failure = splice.failure();
    if (failure instanceof Transfer.OtherBytesException) {
      throw Refusals.odd(get, FailureKind.DIGEST_MISMATCH, String.valueOf(failure.getMessage()));
    }
    if (failure != null) {
      throw NetworkFailures.of(transfer.side() == Transfer.Side.SOURCE ? get : put, failure);
    }
    Answer answer = splice.answer();
    if (answer == null) {
      throw NetworkFailures.of(put, new IOException("there was no answer"));
    }
    if (answer.done()) {
      return true;
    }
    Optional<String> fresh =
        answer.status() == 401 ? logins.afterRefusal(put, answer, login) : Optional.empty();
    if (fresh.isPresent()) {
      log.debug("{} wants a fresh token in the middle of an upload.", put.registry());
      return false;
    }
    throw refusals.of(put, answer, logins.credential(put.registry()));
  }

  /** Tells the registry that an upload will not be used. */
  void abandon(RegistryWrites.Session session) throws InterruptedException {
    Repository to = session.repository();
    Query delete = query(to, "DELETE", "", Query.push(to), "end an upload");
    try {
      Ask ask =
          new Ask(
              "DELETE",
              session.location(),
              "*/*",
              login(delete, session.location()),
              null,
              null,
              delete.maxBytes());
      transport.send(ask, addresses.lax(to.registry(), session.location()));
    } catch (IOException | MirrorFailure e) {
      log.debug("An upload to {} was not ended; the registry will do so in time.", to, e);
    }
  }

  private static Query query(
      Repository repository, String method, String path, String scope, String purpose) {
    return new Query(
        repository.registry(), method, path, scope, "*/*", Exchange.MAX_ERROR_BYTES, purpose);
  }
}
