package io.imagetools.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A login. Its text has no password. */
record BasicAuth(String user, String password) {

  String header() {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  @Override
  public String toString() {
    return user + ":***";
  }
}
