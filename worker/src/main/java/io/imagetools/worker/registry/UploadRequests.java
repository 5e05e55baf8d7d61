package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one upload (OCI distribution specification, "Pushing Blobs"), sent on the thread
 * that calls; another one may cancel.
 */
final class UploadRequests {

  private static final Logger log = LoggerFactory.getLogger(UploadRequests.class);

  private final Transport transport;
  private final Logins logins;
  private final UploadAddress addresses;
  private final Duration stall;
  private final Query query;
  private @Nullable String login;
  private volatile boolean cancelled;
  private volatile @Nullable Exchange current;

  /** A part of a blob that is sent. */
  private record Part(UploadBody body, @Nullable String range) implements Content {
    @Override
    public HttpEntity entity() {
      return body;
    }
  }

  UploadRequests(
      Transport transport,
      Logins logins,
      UploadAddress addresses,
      Duration stall,
      Repository to,
      String purpose) {
    this.transport = transport;
    this.logins = logins;
    this.addresses = addresses;
    this.stall = stall;
    this.query = query(to, "PUT", purpose);
  }

  private static Query query(Repository to, String method, String purpose) {
    return new Query(
        LoginTarget.of(to), method, "", Query.push(to), "*/*", Exchange.MAX_ERROR_BYTES, purpose);
  }

  /** What is asked, for messages and logins. */
  Query query() {
    return query;
  }

  /** Sends the whole blob, which completes the upload. */
  Answer whole(RegistryWrites.Session session, Digest blob, UploadBody body)
      throws IOException, MirrorFailure, InterruptedException {
    return send("PUT", UploadAddress.closing(session, blob), new Part(body, null));
  }

  /** Sends a part. */
  Answer part(RegistryWrites.Session session, UploadBody body, long offset)
      throws IOException, MirrorFailure, InterruptedException {
    String range = offset + "-" + (offset + body.getContentLength() - 1);
    return send("PATCH", session.location(), new Part(body, range));
  }

  /** Completes an upload whose parts were all sent. */
  Answer complete(RegistryWrites.Session session, Digest blob)
      throws IOException, MirrorFailure, InterruptedException {
    return send(
        "PUT",
        UploadAddress.closing(session, blob),
        Content.bytes(new byte[0], "application/octet-stream"));
  }

  /** Where an upload is, as the registry says. */
  record Status(RegistryWrites.Session session, long offset) {}

  /** Asks where an upload is; empty if the registry does not know it any more, or does not tell. */
  Optional<Status> status(RegistryWrites.Session session)
      throws MirrorFailure, InterruptedException {
    Answer answer;
    try {
      answer = send("GET", session.location(), null);
    } catch (IOException e) {
      throw NetworkFailures.of(query, e);
    }
    OptionalLong there = ContentRange.uploaded(answer.header("range"));
    if (!answer.done() || there.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Status(next(session, answer), there.getAsLong()));
  }

  /** Where the next request of an upload goes: each answer may say so anew. */
  RegistryWrites.Session next(RegistryWrites.Session session, Answer answer) throws MirrorFailure {
    return answer.header("location").isEmpty()
        ? session
        : addresses.session(query, session.repository(), answer);
  }

  /** Whether a refusal of the registry for want of a login is cured: there is a fresh token now. */
  boolean renewed(Answer answer) throws MirrorFailure, InterruptedException {
    return logins.afterRefusal(query, answer, login).isPresent();
  }

  /**
   * The failure where another host that takes the bytes wants a login. That is no refusal of the
   * registry, and it gets no credential.
   */
  Optional<MirrorFailure> wantsLoginElsewhere(Answer answer) {
    return answer.status() != 401 || addresses.isOf(to(), answer.from())
        ? Optional.empty()
        : Optional.of(
            Refusals.odd(
                query,
                FailureKind.UNAUTHORIZED,
                "sends uploads to another host that wants a login, "
                    + Shown.address(answer.from())
                    + "; it is not shown the login of the registry",
                List.of(answer.toString())));
  }

  private Answer send(String method, URI address, @Nullable Content content)
      throws IOException, MirrorFailure, InterruptedException {
    Exchange exchange = transport.exchange(ask(method, address, content), stall);
    current = exchange;
    if (cancelled) {
      throw new IOException("the transfer was given up");
    }
    return transport.sendHere(exchange, addresses.lax(to(), address));
  }

  private Registry to() {
    return query.registry();
  }

  private Ask ask(String method, URI address, @Nullable Content content)
      throws MirrorFailure, InterruptedException {
    login = addresses.isOf(to(), address) ? logins.known(query).orElse(null) : null;
    return new Ask(to(), method, address, "*/*", login, content, null, Exchange.MAX_ERROR_BYTES);
  }

  /** Aborts what is under way, from any thread. */
  void cancel() {
    cancelled = true;
    Exchange exchange = current;
    if (exchange != null) {
      exchange.cancel();
    }
  }

  /** Tells the registry that an upload will not be used; whether it hears that does not matter. */
  void abandon(RegistryWrites.Session session) throws InterruptedException {
    try {
      transport.send(
          ask("DELETE", session.location(), null), addresses.lax(to(), session.location()));
    } catch (IOException | MirrorFailure e) {
      log.debug("An upload was not ended; the registry will do so in time.", e);
    }
  }
}
