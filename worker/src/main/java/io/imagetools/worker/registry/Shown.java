package io.imagetools.worker.registry;

import java.net.URI;

/** Foreign text made fit for a message. */
final class Shown {

  private static final int LIMIT = 200;

  private Shown() {}

  /** Bounded, on one line, without control characters. */
  static String text(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= LIMIT ? line : line.substring(0, LIMIT) + "…";
  }

  /**
   * Without the query, since signed addresses of blobs are secrets while they last, and without a
   * login.
   */
  static String address(URI address) {
    String authority = String.valueOf(address.getRawAuthority());
    String host = authority.substring(authority.lastIndexOf('@') + 1);
    return text(address.getScheme() + "://" + host + address.getRawPath());
  }
}
