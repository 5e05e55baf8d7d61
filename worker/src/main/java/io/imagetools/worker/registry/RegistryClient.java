package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.process.Check;
import io.imagetools.common.trace.Tracing;
import io.imagetools.worker.credentials.CredentialLookup;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
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

  private final Transport transport;
  private final Hosts hosts;
  private final Logins logins;
  private final Questions questions;
  private final LongAdder sent = new LongAdder();
  private final PartlessRegistries partless = new PartlessRegistries();
  private final Refusals refusals;
  private final RegistryReads reads;

  /**
   * A client.
   *
   * @param credentials asked for each repository of a registry that wants a login
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
    this.reads = new ScopedReads(questions, logins, refusals, Query::pull);
  }

  @Override
  public Optional<Head> head(ImageReference reference) throws MirrorFailure, InterruptedException {
    return reads.head(reference);
  }

  @Override
  public Optional<Fetched> get(ImageReference reference)
      throws MirrorFailure, InterruptedException {
    return reads.get(reference);
  }

  @Override
  public byte[] blob(Repository repository, Digest digest, int maxBytes)
      throws MirrorFailure, InterruptedException {
    return reads.blob(repository, digest, maxBytes);
  }

  @Override
  public Optional<List<Descriptor>> referrers(Repository repository, Digest subject)
      throws MirrorFailure, InterruptedException {
    return reads.referrers(repository, subject);
  }

  @Override
  public Optional<Set<Digest>> referrersAmong(
      Repository repository, Digest subject, Set<Digest> wanted)
      throws MirrorFailure, InterruptedException {
    return reads.referrersAmong(repository, subject, wanted);
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

  /**
   * Bytes of blobs that went to registries so far: also those of transfers that are under way, and
   * again those that had to go twice.
   */
  public long sentBytes() {
    return sent.sum();
  }

  /** Whether one gets into a registry with the login for that; sends three requests at most. */
  public RegistryAccess access(LoginTarget target) throws InterruptedException {
    return new AccessQuestion(questions, logins, refusals).ask(target);
  }

  /**
   * The same for people. A missing login is no failure here: whether it is needed depends on what
   * is asked for.
   */
  public Check check(LoginTarget target) throws InterruptedException {
    return AccessQuestion.check(target, access(target));
  }

  @Override
  public void close() {
    transport.close();
  }
}
