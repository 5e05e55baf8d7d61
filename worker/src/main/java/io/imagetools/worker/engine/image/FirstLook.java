package io.imagetools.worker.engine.image;

import io.imagetools.common.image.ImageReference;
import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryReads;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The look at what need not be there. A registry may deny what it does not have: Artifactory does
 * so where it looks in several places and the account may not see one of them. What is denied is
 * taken for absent. A tag that is there and may be written but not read, as where a scanner blocks
 * what it found, is overwritten so, and what it listed besides is lost. Thread-safe if what it
 * tells of denials is.
 */
public final class FirstLook {

  private static final Logger log = LoggerFactory.getLogger(FirstLook.class);

  private final RegistryReads reads;
  private final Consumer<MirrorFailure> denied;

  /**
   * A look with these reads.
   *
   * @param denied told what a registry denied
   */
  public FirstLook(RegistryReads reads, Consumer<MirrorFailure> denied) {
    this.reads = reads;
    this.denied = denied;
  }

  /** At what will be written: if the account may not do that either, the push says so. */
  public static FirstLook atDestination(RegistryReads reads) {
    return new FirstLook(
        reads, e -> log.info("What is denied is taken for absent. {}", e.getMessage()));
  }

  /** Asks for a manifest without its bytes. */
  public Optional<RegistryReads.Head> head(ImageReference reference)
      throws MirrorFailure, InterruptedException {
    try {
      return reads.head(reference);
    } catch (MirrorFailure e) {
      return absent(e);
    }
  }

  /** Fetches a manifest. */
  public Optional<RegistryReads.Fetched> get(ImageReference reference)
      throws MirrorFailure, InterruptedException {
    try {
      return reads.get(reference);
    } catch (MirrorFailure e) {
      return absent(e);
    }
  }

  private <T> Optional<T> absent(MirrorFailure failure) throws MirrorFailure {
    if (failure.kind() != FailureKind.DENIED) {
      throw failure;
    }
    denied.accept(failure);
    return Optional.empty();
  }
}
