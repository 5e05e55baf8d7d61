package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is written to registries (OCI distribution specification, "Push"). Nothing is retried but
 * what a fresh token cures, and the transfer of a blob that broke off: see {@link #upload}.
 * Implementations are thread-safe; an interrupt aborts what is under way.
 */
public interface RegistryWrites {

  /**
   * How long a transfer may take.
   *
   * @param stall without a byte
   * @param whole altogether
   * @param said how often one that takes long says in the log how far it has got
   */
  record Limits(Duration stall, Duration whole, Duration said) {

    /** Seldom enough for a log, often enough for a person who waits. */
    static final Duration SAID = Duration.ofSeconds(30);

    /** With the usual time between two words of progress. */
    public Limits(Duration stall, Duration whole) {
      this(stall, whole, SAID);
    }
  }

  /**
   * An upload that a registry has opened.
   *
   * @param repository where the blob will be
   * @param location where its bytes go
   */
  record Session(Repository repository, URI location) {}

  /**
   * What a registry says to a mount.
   *
   * @param mounted whether the blob is there now
   * @param session if it is not, the upload that was opened instead; null: none was
   */
  record Mount(boolean mounted, @Nullable Session session) {}

  /** What is read where it is written to: it costs no other login than the writing does. */
  RegistryReads reads();

  /**
   * Whether a repository has a blob. What is denied is taken for absent, as manifests are by the
   * first look at them: the opening of the upload will tell.
   */
  boolean hasBlob(Repository repository, Digest blob) throws MirrorFailure, InterruptedException;

  /**
   * Asks a registry to make a blob of one of its repositories available in another. From a
   * repository to itself it asks whether the blob is there, and opens an upload if it is not.
   */
  Mount mount(Repository to, Digest blob, Repository from)
      throws MirrorFailure, InterruptedException;

  /**
   * The same from another repository, as the short cut that it is: what a registry, or its token
   * server, has against it need not go wrong on the long way, and counts as not mounted.
   *
   * @throws MirrorFailure RATE_LIMITED, NETWORK, TIMEOUT: the long way would fare no better now
   */
  default Mount mountIfItCan(Repository to, Digest blob, Repository from)
      throws MirrorFailure, InterruptedException {
    try {
      return mount(to, blob, from);
    } catch (MirrorFailure e) {
      return switch (e.kind()) {
        case RATE_LIMITED, NETWORK, TIMEOUT -> throw e;
        default -> new Mount(false, null);
      };
    }
  }

  /** Opens an upload. */
  Session open(Repository to) throws MirrorFailure, InterruptedException;

  /**
   * Sends a blob from one registry to another, one GET joined to one PUT, or to parts of it. The
   * last bytes are held back until size and digest are seen to be right, so that nothing wrong is
   * ever stored. Where a connection breaks, it goes on at the byte that was reached, if the
   * registry can, and else at the first; a few times in a row, and as often as it gets on
   * meanwhile. A registry that takes no parts gets the blob in one PUT.
   *
   * @throws MirrorFailure DIGEST_MISMATCH if the source sends anything else, TIMEOUT if a limit is
   *     passed; it names the side that failed
   */
  void upload(Repository from, Digest blob, long size, Session session)
      throws MirrorFailure, InterruptedException;

  /** Tells a registry that an upload will not be used; whether it hears that does not matter. */
  void abandon(Session session) throws InterruptedException;

  /** What a registry did with a manifest that refers to another. */
  enum Referral {
    /** It is stored, and the registry lists it by itself. */
    LISTED,
    /**
     * It is stored, and whoever stored it has to list it (specification, "Referrers Tag Schema").
     */
    UNLISTED,
    /** It is not stored: the registry says that it lacks what the manifest names. */
    LACKING
  }

  /**
   * Stores a manifest with a subject (specification, "Pushing Manifests with Subject"); the subject
   * may come later.
   */
  Referral putReferrer(ImageReference reference, String mediaType, byte[] content)
      throws MirrorFailure, InterruptedException;

  /**
   * Stores a manifest under a tag or a digest.
   *
   * @return false if the registry says that it lacks what the manifest names
   */
  boolean putManifest(ImageReference reference, String mediaType, byte[] content)
      throws MirrorFailure, InterruptedException;
}
