package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.engine.manifest.Descriptor;
import io.imagetools.worker.engine.manifest.ImageIndex;
import io.imagetools.worker.engine.manifest.InvalidManifestException;
import io.imagetools.worker.engine.manifest.MediaTypes;
import io.imagetools.worker.engine.manifest.ParsedManifest;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what refers to a manifest, page by page (specification, "Listing Referrers"). */
final class ReferrerPages {

  /** More is a loop. */
  static final int MAX_PAGES = 100;

  private static final Pattern NEXT = Pattern.compile("<([^>]*)>[^,]*;\\s*rel=\"?next\"?");

  /** What registries say that have never heard of the question. */
  private static final Set<Integer> UNKNOWN = Set.of(400, 404, 405, 406, 410, 501);

  private final Questions questions;
  private final Refusals refusals;
  private final Logins logins;
  private final Function<Repository, String> scope;

  ReferrerPages(
      Questions questions, Refusals refusals, Logins logins, Function<Repository, String> scope) {
    this.questions = questions;
    this.refusals = refusals;
    this.logins = logins;
    this.scope = scope;
  }

  /** Empty: the registry does not answer such questions. */
  Optional<List<Descriptor>> of(Repository repository, Digest subject)
      throws MirrorFailure, InterruptedException {
    List<Descriptor> found = new ArrayList<>();
    AtomicLong bytes = new AtomicLong();
    boolean told =
        read(
            repository,
            subject,
            (number, query, answer) -> {
              found.addAll(descriptors(query, answer));
              if (found.size() > RegistryReads.MAX_REFERRERS
                  || bytes.addAndGet(answer.body().length) > RegistryClient.MAX_MANIFEST_BYTES) {
                throw tooMany(repository, subject, found.size());
              }
              return true;
            });
    return told ? Optional.of(List.copyOf(found)) : Optional.empty();
  }

  /** Which of these are listed. Nothing else is kept, and what is too long is read in part. */
  Optional<Set<Digest>> among(Repository repository, Digest subject, Set<Digest> wanted)
      throws MirrorFailure, InterruptedException {
    Set<Digest> found = new HashSet<>();
    boolean told =
        read(
            repository,
            subject,
            (number, query, answer) -> {
              if (!answer.complete()) {
                return false;
              }
              descriptors(query, answer).stream()
                  .map(Descriptor::digest)
                  .filter(wanted::contains)
                  .forEach(found::add);
              return found.size() < wanted.size() && number < MAX_PAGES;
            });
    return told ? Optional.of(Set.copyOf(found)) : Optional.empty();
  }

  /** Takes a page; false: that is enough. */
  private interface Reader {
    boolean goesOn(int number, Query query, Answer answer) throws MirrorFailure;
  }

  /** False: the registry does not answer such questions. */
  private boolean read(Repository repository, Digest subject, Reader reader)
      throws MirrorFailure, InterruptedException {
    String purpose = "list what refers to " + repository.pinned(subject);
    String path = "/v2/" + repository.path() + "/referrers/" + subject;
    for (int number = 1; number <= MAX_PAGES; number++) {
      Query query = query(repository, path, purpose);
      Answer answer = questions.ask(query);
      if (number == 1 && isNone(answer)) {
        return false;
      }
      if (!answer.ok()) {
        throw refusals.of(query, answer, logins.credential(query.target()));
      }
      Optional<String> next =
          reader.goesOn(number, query, answer) ? next(query, answer) : Optional.empty();
      if (next.isEmpty()) {
        return true;
      }
      path = next.get();
    }
    throw Refusals.odd(
        query(repository, path, purpose),
        FailureKind.REGISTRY_UNAVAILABLE,
        "has more than " + MAX_PAGES + " pages of that");
  }

  /** Descriptors are kept with all that they say, so that few can be as bad as many. */
  private static MirrorFailure tooMany(Repository repository, Digest subject, int found) {
    String what =
        found > RegistryReads.MAX_REFERRERS
            ? "More than " + RegistryReads.MAX_REFERRERS + " manifests refer"
            : "A list of more than 4 MiB says what refers";
    return new MirrorFailure(
        FailureKind.UNSUPPORTED_MEDIA_TYPE,
        what + " to " + repository.pinned(subject) + ": mirror it without --referrers",
        repository.registry(),
        List.of(),
        null,
        null);
  }

  /** A proxy's or a web application's page for what it does not know comes with 200 at times. */
  private static boolean isNone(Answer answer) {
    return UNKNOWN.contains(answer.status())
        || (answer.ok() && !answer.mediaType().equals(MediaTypes.OCI_INDEX));
  }

  private Query query(Repository repository, String path, String purpose) {
    return new Query(
        LoginTarget.of(repository),
        "GET",
        path,
        scope.apply(repository),
        MediaTypes.OCI_INDEX,
        RegistryClient.MAX_MANIFEST_BYTES,
        purpose);
  }

  private static List<Descriptor> descriptors(Query query, Answer answer) throws MirrorFailure {
    if (!answer.complete()) {
      throw Refusals.odd(
          query, FailureKind.UNSUPPORTED_MEDIA_TYPE, "sent a page larger than 4 MiB");
    }
    try {
      return ParsedManifest.parse(answer.body(), MediaTypes.OCI_INDEX) instanceof ImageIndex index
          ? index.children()
          : List.of();
    } catch (InvalidManifestException e) {
      throw Refusals.odd(
          query, FailureKind.REGISTRY_UNAVAILABLE, "sent what is no list: " + e.getMessage());
    }
  }

  /** The path of the next page. The host stays: no header sends the login anywhere else. */
  private static Optional<String> next(Query query, Answer answer) throws MirrorFailure {
    for (String header : answer.headers("link")) {
      Matcher link = NEXT.matcher(header);
      if (link.find()) {
        return Optional.of(path(query, answer, link.group(1)));
      }
    }
    return Optional.empty();
  }

  private static String path(Query query, Answer answer, String link) throws MirrorFailure {
    URI address;
    try {
      address = answer.from().resolve(link);
    } catch (IllegalArgumentException e) {
      throw elsewhere(query);
    }
    String path = String.valueOf(address.getRawPath());
    if (address.getHost() == null
        || !Redirects.sameName(answer.from(), address)
        || !path.startsWith("/v2/")) {
      throw elsewhere(query);
    }
    return address.getRawQuery() == null ? path : path + "?" + address.getRawQuery();
  }

  private static MirrorFailure elsewhere(Query query) {
    return Refusals.odd(
        query, FailureKind.REGISTRY_UNAVAILABLE, "has the next page of that at another host");
  }
}
