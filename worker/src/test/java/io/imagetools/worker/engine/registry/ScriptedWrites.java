package io.imagetools.worker.engine.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.ImageReference;
import io.imagetools.common.image.Repository;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryReads;
import io.imagetools.worker.registry.RegistryWrites;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A registry in memory that notes what it is asked; parts of it can be made to behave otherwise.
 */
class ScriptedWrites implements RegistryWrites {

  private record Place(Repository repository, Digest blob) {}

  private final Set<Place> places = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** Does not mount from a repository, for want of rights: says so, or opens an upload. */
  static ScriptedWrites refusing(String place, boolean opens) {
    return new ScriptedWrites() {
      @Override
      public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
        Mount answer = super.mount(to, blob, from);
        return from.path().equals(place) ? new Mount(false, opens ? open(to) : null) : answer;
      }
    };
  }

  /** Opens an upload whatever is to be mounted, as Amazon ECR does. */
  static ScriptedWrites mountingNothing() {
    return new ScriptedWrites() {
      @Override
      public Mount mount(Repository to, Digest blob, Repository from) {
        note("mount " + from.path(), to);
        return new Mount(false, new Session(to, URI.create("http://mount/session")));
      }
    };
  }

  List<String> asked() {
    return asked;
  }

  void has(Repository repository, Digest blob) {
    places.add(new Place(repository, blob));
  }

  void note(String what, Repository repository) {
    asked.add(what + " " + repository.path());
  }

  @Override
  public RegistryReads reads() {
    throw new UnsupportedOperationException("no test of blobs looks at manifests");
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob) {
    note("has", repository);
    return places.contains(new Place(repository, blob));
  }

  @Override
  public Mount mount(Repository to, Digest blob, Repository from) throws MirrorFailure {
    note("mount " + from.path(), to);
    if (places.contains(new Place(from, blob))) {
      has(to, blob);
      return new Mount(true, null);
    }
    return new Mount(false, new Session(to, URI.create("http://mount/session")));
  }

  @Override
  public Session open(Repository to) {
    note("open", to);
    return new Session(to, URI.create("http://open/session"));
  }

  @Override
  public void upload(Repository from, Digest blob, long size, Session session)
      throws MirrorFailure, InterruptedException {
    note("upload " + session.location().getHost(), session.repository());
    has(session.repository(), blob);
  }

  @Override
  public void abandon(Session session) {
    note("abandon", session.repository());
  }

  @Override
  public Referral putReferrer(ImageReference reference, String mediaType, byte[] content) {
    note("referrer", reference.repository());
    return Referral.LISTED;
  }

  @Override
  public boolean putManifest(ImageReference reference, String mediaType, byte[] content) {
    note("manifest", reference.repository());
    return true;
  }
}
