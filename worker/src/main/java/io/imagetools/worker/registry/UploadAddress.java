package io.imagetools.worker.registry;

import io.imagetools.common.image.Digest;
import io.imagetools.common.image.Registry;
import io.imagetools.common.image.Repository;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.net.URI;

/**
 * Where the bytes of an upload go: what a registry's Location header says, and how far it counts.
 */
final class UploadAddress {

  private final Hosts hosts;

  UploadAddress(Hosts hosts) {
    this.hosts = hosts;
  }

  /** The upload that an answer opens. */
  RegistryWrites.Session session(Query query, Repository to, Answer answer) throws MirrorFailure {
    String location = answer.header("location");
    URI address;
    try {
      address = answer.from().resolve(location);
    } catch (IllegalArgumentException e) {
      throw odd(query, "opened an upload at something that is no address");
    }
    if (location.isEmpty() || address.getHost() == null) {
      throw odd(query, "opened an upload and does not say where");
    }
    address = secure(answer.from(), address);
    if (!"https".equals(address.getScheme()) && !hosts.insecure(to.registry())) {
      throw odd(query, "wants uploads by plain http, at " + Shown.address(address));
    }
    return new RegistryWrites.Session(to, address);
  }

  /** A registry behind a proxy that ends TLS may believe that it is spoken to by plain http. */
  private static URI secure(URI asked, URI said) {
    boolean wrong =
        "https".equals(asked.getScheme())
            && "http".equals(said.getScheme())
            && Redirects.sameName(asked, said);
    if (!wrong) {
      return said;
    }
    String query = said.getRawQuery() == null ? "" : "?" + said.getRawQuery();
    return URI.create("https://" + asked.getRawAuthority() + said.getRawPath() + query);
  }

  /** The address for the one PUT, whatever query the location has already. */
  static URI closing(RegistryWrites.Session session, Digest blob) {
    String address = session.location().toString();
    String separator = session.location().getRawQuery() == null ? "?" : "&";
    return URI.create(address + separator + "digest=" + blob.toString().replace(":", "%3A"));
  }

  /** Whether the login for the registry may be shown there. */
  boolean isOf(Registry registry, URI address) {
    return hosts.addresses(registry, "/").stream()
        .anyMatch(own -> Redirects.sameOrigin(own, address));
  }

  /** Whether any certificate will do there. */
  boolean lax(Registry registry, URI address) {
    return hosts.insecure(registry)
        && hosts.addresses(registry, "/").stream()
            .anyMatch(own -> Redirects.sameName(own, address));
  }

  private static MirrorFailure odd(Query query, String what) {
    return Refusals.odd(query, FailureKind.REGISTRY_UNAVAILABLE, what);
  }
}
