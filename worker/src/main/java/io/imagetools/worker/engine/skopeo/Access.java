package io.imagetools.worker.engine.skopeo;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a program gets into a registry.
 *
 * @param authFile where it reads its credentials; null: it has none and looks nowhere for any
 * @param insecure whether plain http or an unverified certificate will do
 */
record Access(@Nullable String authFile, boolean insecure) {

  /** Skopeo's options for it. */
  List<String> options(Side side) {
    String auth =
        authFile == null
            ? "--" + side.word() + "-no-creds"
            : "--" + side.word() + "-authfile=" + authFile;
    return insecure ? List.of(auth, "--" + side.word() + "-tls-verify=false") : List.of(auth);
  }
}
