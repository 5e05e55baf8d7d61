package io.imagetools.worker.registry;

import io.imagetools.common.image.Registry;
import io.imagetools.worker.credentials.CredentialLookup;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** A client that waits for answers as long as a test has time. */
public final class ImpatientClient {

  private ImpatientClient() {}

  /** One without logins. */
  public static RegistryClient of(Set<Registry> insecure, Duration patience) {
    return new RegistryClient(
        CredentialLookup.NONE,
        new Hosts(insecure),
        new Transport(
            Map.of(),
            new Transport.Timeouts(Duration.ofSeconds(20), patience, patience.multipliedBy(2))),
        Clock.systemUTC());
  }
}
