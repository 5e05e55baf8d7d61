package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the engine asks registries itself, since a request costs less than a process. */
public interface RegistryReads {

  /**
   * Manifests that may refer to one at a source. The largest number seen was a few dozen; the
   * registry says what refers to what, and is not to fill a worker's memory.
   */
  int MAX_REFERRERS = 1000;

  /**
   * What a HEAD of a manifest says.
   *
   * @param digest of its bytes
   * @param mediaType as the registry states it
   */
  record Head(Digest digest, String mediaType) {}

  /**
   * A manifest.
   *
   * @param digest of its bytes, verified
   * @param mediaType as the registry states it
   * @param content its bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Read at once and never compared.
  record Fetched(Digest digest, String mediaType, byte[] content) {}

  /** Asks for a manifest without its bytes; empty if the registry has none such. */
  Optional<Head> head(ImageReference reference) throws MirrorFailure, InterruptedException;

  /** Fetches a manifest; empty if the registry has none such. */
  Optional<Fetched> get(ImageReference reference) throws MirrorFailure, InterruptedException;

  /**
   * Asks for what refers to a manifest (specification, "Listing Referrers"), all pages of it.
   *
   * @return empty if the registry does not answer such questions; then a tag may
   * @throws MirrorFailure UNSUPPORTED_MEDIA_TYPE if it is more than {@link #MAX_REFERRERS}, or more
   *     than 4 MiB in all
   */
  Optional<List<Descriptor>> referrers(Repository repository, Digest subject)
      throws MirrorFailure, InterruptedException;

  /**
   * Asks which of these refer to a manifest. However many others do, it does not fail for that: of
   * a list of more than 100 pages, and of a page of more than 4 MiB, the rest counts as not there.
   *
   * @return empty if the registry does not answer such questions; then a tag may
   */
  Optional<Set<Digest>> referrersAmong(Repository repository, Digest subject, Set<Digest> wanted)
      throws MirrorFailure, InterruptedException;

  /** Fetches a small blob, such as a config. */
  byte[] blob(Repository repository, Digest digest, int maxBytes)
      throws MirrorFailure, InterruptedException;
}
