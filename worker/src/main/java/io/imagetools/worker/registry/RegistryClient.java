package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.process.Check;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.MediaTypes;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * Speaks to registries by HTTP (OCI distribution specification). It retries nothing: who calls it
 * knows when that makes sense. It sends credentials to nobody but the registry they are for and the
 * token server that this registry names. A thread inside may be interrupted: what it waits for is
 * aborted. Thread-safe; one serves the whole process.
 */
public final class RegistryClient implements RegistryReads, AutoCloseable {

  /** What a registry must take (specification, "Pushing Manifests"), so no manifest is larger. */
  static final int MAX_MANIFEST_BYTES = 4 << 20;

  /**
   * Schema 1 as well, so that the registry tells what it has instead of converting or hiding it.
   */
  static final String MANIFESTS =
      String.join(
          ", ",
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_MANIFEST,
          "application/vnd.docker.distribution.manifest.v1+prettyjws",
          "application/vnd.docker.distribution.manifest.v1+json");

  private final Transport transport;
  private final Hosts hosts;
  private final Logins logins;
  private final Questions questions;
  private final LongAdder sent = new LongAdder();
  private final PartlessRegistries partless = new PartlessRegistries();
  private final Refusals refusals;

  /**
   * A client.
   *
   * @param credentials asked for each registry that wants a login
   * @param insecure those for which plain http or any certificate will do; no other, not even on
   *     this machine
   * @param environment its HTTP_PROXY, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE count
   * @param clock tells when tokens expire
   * @throws io.imagetools.common.process.EnvironmentException if one of these is wrong
   */
  public RegistryClient(
      CredentialLookup credentials,
      Set<Registry> insecure,
      Map<String, String> environment,
      Clock clock) {
    this(credentials, insecure, environment, (registry, budget) -> {}, Tracing.OFF, clock);
  }

  /**
   * The same.
   *
   * @param budgets told what registries say of their limits; must not block and not throw
   * @param tracing records requests of jobs that are of a trace
   */
  public RegistryClient(
      CredentialLookup credentials,
      Set<Registry> insecure,
      Map<String, String> environment,
      BiConsumer<Registry, RegistryBudget> budgets,
      Tracing tracing,
      Clock clock) {
    this(
        credentials,
        new Hosts(insecure),
        new Transport(environment, Transport.Timeouts.DEFAULT, tracing),
        budgets,
        clock);
  }

  RegistryClient(CredentialLookup credentials, Hosts hosts, Transport transport, Clock clock) {
    this(credentials, hosts, transport, (registry, budget) -> {}, clock);
  }

  private RegistryClient(
      CredentialLookup credentials,
      Hosts hosts,
      Transport transport,
      BiConsumer<Registry, RegistryBudget> budgets,
      Clock clock) {
    Redirects redirects = new Redirects(transport);
    this.transport = transport;
    this.hosts = hosts;
    this.refusals = new Refusals(clock);
    TokenServer server = new TokenServer(redirects, hosts, refusals, clock);
    this.logins = new Logins(credentials, server, clock);
    this.questions = new Questions(redirects, hosts, logins, budgets);
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

  private static Query manifest(String method, ImageReference reference) {
    Repository repository = reference.repository();
    return new Query(
        reference.registry(),
        method,
        "/v2/" + repository.path() + "/manifests/" + reference.manifestReference(),
        Query.pull(repository),
        MANIFESTS,
        MAX_MANIFEST_BYTES,
        "look up " + reference);
  }

  @Override
  public byte[] blob(Repository repository, Digest digest, int maxBytes)
      throws MirrorFailure, InterruptedException {
    Query query =
        new Query(
            repository.registry(),
            "GET",
            "/v2/" + repository.path() + "/blobs/" + digest,
            Query.pull(repository),
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
    return new ReferrerPages(questions, refusals, logins).of(repository, subject);
  }

  /** What writes, with the same logins and connections. */
  public RegistryWrites writes(RegistryWrites.Limits limits) {
    return writes(limits, BlobUpload.PART_BYTES);
  }

  RegistryWrites writes(RegistryWrites.Limits limits, long partBytes) {
    UploadAddress addresses = new UploadAddress(hosts);
    BlobUpload uploads =
        new BlobUpload(
            transport,
            questions,
            logins,
            refusals,
            addresses,
            new BlobUpload.Terms(limits, partBytes, sent::add, partless));
    return new RegistryWriter(questions, logins, refusals, addresses, uploads);
  }

  private MirrorFailure refusal(Query query, Answer answer)
      throws MirrorFailure, InterruptedException {
    return refusals.of(query, answer, logins.credential(query.registry()));
  }

  /**
   * Bytes of blobs that went to registries so far: also those of transfers that are under way, and
   * again those that had to go twice.
   */
  public long sentBytes() {
    return sent.sum();
  }

  /** Whether one gets into a registry; sends three requests at most. */
  public RegistryAccess access(Registry registry) throws InterruptedException {
    return new AccessQuestion(questions, logins, refusals).ask(registry);
  }

  /**
   * The same for people. A missing login is no failure here: whether it is needed depends on what
   * is asked for.
   */
  public Check check(Registry registry) throws InterruptedException {
    return AccessQuestion.check(registry, access(registry));
  }

  @Override
  public void close() {
    transport.close();
  }
}
