package io.imagetools.worker.engine.referrers;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.image.FirstLook;
import io.imagetools.worker.engine.image.Inspection;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What refers to the manifests of one repository: asked of its registry, and where that does not
 * know, read from and written to an index under a tag (OCI distribution specification, "Listing
 * Referrers" and "Referrers Tag Schema"). Used by one thread.
 */
final class ReferrerLists {

  /** How often an index that somebody else wrote at the same moment is completed again. */
  static final int ROUNDS = 5;

  private final RegistryReads reads;
  private final FirstLook tags;
  private final Repository repository;
  private boolean silent;

  /**
   * Lists of a repository.
   *
   * @param tags looks at tags that need not be there
   */
  ReferrerLists(RegistryReads reads, FirstLook tags, Repository repository) {
    this.reads = reads;
    this.tags = tags;
    this.repository = repository;
  }

  /** What refers to it, each once. */
  List<Descriptor> of(Digest subject) throws MirrorFailure, InterruptedException {
    if (!silent) {
      Optional<List<Descriptor>> told = reads.referrers(repository, subject);
      if (told.isPresent()) {
        return once(told.get());
      }
      silent = true;
    }
    return once(children(tags.get(tag(subject))));
  }

  /** Which of these refer to it, among however many others. */
  Set<Digest> among(Digest subject, Set<Digest> wanted) throws MirrorFailure, InterruptedException {
    if (!silent) {
      Optional<Set<Digest>> told = reads.referrersAmong(repository, subject, wanted);
      if (told.isPresent()) {
        return told.get();
      }
      silent = true;
    }
    Set<Digest> listed = digests(children(tags.get(tag(subject))));
    listed.retainAll(wanted);
    return listed;
  }

  static Set<Digest> digests(List<Descriptor> descriptors) {
    return descriptors.stream()
        .map(Descriptor::digest)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static List<Descriptor> children(Optional<RegistryReads.Fetched> fetched) {
    ImageIndex index = Inspection.listed(fetched);
    return index == null ? List.of() : index.children();
  }

  /**
   * Adds to the index under the tag. The protocol has no way to do that at one stroke, so it looks
   * whether another writer undid it, and adds again.
   *
   * @throws MirrorFailure REGISTRY_UNAVAILABLE if others undo it all the time
   */
  void add(Digest subject, List<Descriptor> more, RegistryWrites writes)
      throws MirrorFailure, InterruptedException {
    ImageReference tag = tag(subject);
    for (int round = 0; round <= ROUNDS; round++) {
      // What was written is there: who may not see it then may not see it at all.
      List<Descriptor> before = once(children(round == 0 ? tags.get(tag) : reads.get(tag)));
      List<Descriptor> all = new ArrayList<>(before);
      all.addAll(more);
      List<Descriptor> wanted = once(all);
      if (wanted.size() == before.size()) {
        return;
      }
      ImageIndex index = ImageIndex.listing(wanted);
      if (round == ROUNDS || !writes.putManifest(tag, index.mediaType(), index.bytes())) {
        break;
      }
    }
    throw new MirrorFailure(
        FailureKind.REGISTRY_UNAVAILABLE,
        "Tried to list what refers to " + subject + " in " + tag + " but it did not stay there",
        repository.registry(),
        List.of(),
        null,
        null);
  }

  private ImageReference tag(Digest subject) {
    return repository.tagged(DigestTags.list(subject));
  }

  private static List<Descriptor> once(List<Descriptor> descriptors) {
    Map<Digest, Descriptor> each = new LinkedHashMap<>();
    descriptors.forEach(one -> each.putIfAbsent(one.digest(), one));
    return List.copyOf(each.values());
  }
}
