package io.imagetools.worker.registry;

import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;

/** Sends the bytes of one blob from registry to registry. Nothing of it touches the disk. */
final class BlobUpload {

  /**
   * Larger blobs are sent in parts of that size, each of which the destination confirms: what it
   * confirmed need not be sent again. Load balancers that refuse large requests allow 100 MB.
   *
   * <p>Others (regctl) send one PUT first, and parts only when that broke. Here parts come first: a
   * docker-registry forgets an upload whose request broke off in its body, so that one break at the
   * end of a large PUT would cost all of it. Registries that take no parts (GHCR, ECR, GAR) cost a
   * part or two once a process instead: see {@link PartlessRegistries}.
   */
  static final long PART_BYTES = 64L << 20;

  /**
   * How any blob is sent.
   *
   * @param partBytes larger blobs are sent in parts of that size
   * @param sent told of bytes as they go, of those that go twice too, by any thread
   * @param partless what was seen of registries so far
   */
  record Terms(
      RegistryWrites.Limits limits,
      long partBytes,
      LongConsumer sent,
      PartlessRegistries partless) {}

  private final Transport transport;
  private final Questions questions;
  private final Logins logins;
  private final Refusals refusals;
  private final UploadAddress addresses;
  private final Terms terms;

  BlobUpload(
      Transport transport,
      Questions questions,
      Logins logins,
      Refusals refusals,
      UploadAddress addresses,
      Terms terms) {
    this.transport = transport;
    this.questions = questions;
    this.logins = logins;
    this.refusals = refusals;
    this.addresses = addresses;
    this.terms = terms;
  }

  /** Sends it; {@code writes} is asked for another upload if this one gets lost. */
  void send(BlobSource.Blob blob, RegistryWrites.Session session, RegistryWrites writes)
      throws MirrorFailure, InterruptedException {
    Repository to = session.repository();
    String purpose = "copy the blob " + blob.digest() + " from " + blob.from() + " to " + to;
    CountDownLatch cancelled = new CountDownLatch(1);
    UploadRequests requests = requests(to, purpose);
    BlobSource source =
        new BlobSource(questions, this::refusal, blob, terms.limits().stall(), purpose, cancelled);
    BlobTransfer transfer =
        new BlobTransfer(
            new BlobTransfer.Order(blob, session, terms, cancelled),
            source,
            requests,
            writes,
            this::refusal);
    try {
      transport.watch(transfer);
    } catch (IOException e) {
      throw NetworkFailures.of(transfer.atDestination() ? requests.query() : source.query(), e);
    }
  }

  private UploadRequests requests(Repository to, String purpose) {
    return new UploadRequests(transport, logins, addresses, terms.limits().stall(), to, purpose);
  }

  private MirrorFailure refusal(Query query, Answer answer)
      throws MirrorFailure, InterruptedException {
    return refusals.of(query, answer, logins.credential(query.target()));
  }

  /** Tells the registry that an upload will not be used. */
  void abandon(RegistryWrites.Session session) throws InterruptedException {
    requests(session.repository(), "end an upload").abandon(session);
  }
}
