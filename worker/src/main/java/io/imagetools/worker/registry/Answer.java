package io.imagetools.worker.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a server answered.
 *
 * @param status the HTTP status
 * @param reason its phrase; may be empty
 * @param headers by lower-case name
 * @param body as much of it as was asked for
 * @param complete whether that is all of it
 * @param from the address that answered, after redirects
 */
@SuppressWarnings("ArrayRecordComponent") // Read at once and never compared.
record Answer(
    int status,
    String reason,
    Map<String, List<String>> headers,
    byte[] body,
    boolean complete,
    URI from) {

  /** Whether it is what was asked for. */
  boolean ok() {
    return status == 200;
  }

  /** Whether it was done as asked, be it by 200, 201 or 204. */
  boolean done() {
    return status >= 200 && status < 300;
  }

  /** Whether there is no such thing. */
  boolean absent() {
    return status == 404 || status == 410;
  }

  /** Whether it refers to another address. */
  boolean redirects() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> !header("location").isEmpty();
      default -> false;
    };
  }

  /** The first value of a header; empty if it is not there. */
  String header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? "" : values.get(0);
  }

  /** All values of a header. */
  List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** The media type without its parameters; empty if none is stated. */
  String mediaType() {
    String type = header("content-type");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /** The body as text. */
  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** {@code 503 Service Unavailable}. */
  String statusLine() {
    return reason.isBlank() ? Integer.toString(status) : status + " " + Shown.text(reason);
  }

  @Override
  public String toString() {
    return statusLine() + " from " + Shown.address(from);
  }
}
