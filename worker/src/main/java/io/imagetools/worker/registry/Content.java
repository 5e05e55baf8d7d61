package io.imagetools.worker.registry;

import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;

/** The body of a request. */
@FunctionalInterface
interface Content {

  /** As Apache's client wants it. */
  HttpEntity entity();

  /** Which part of an upload it is, as {@code Content-Range} has it; null: all there is. */
  default @Nullable String range() {
    return null;
  }

  /** An {@code application/x-www-form-urlencoded} body; it can hold secrets. */
  static Content form(String form) {
    return () -> new StringEntity(form, ContentType.APPLICATION_FORM_URLENCODED);
  }

  /** These bytes. */
  static Content bytes(byte[] bytes, String mediaType) {
    return () -> new ByteArrayEntity(bytes, ContentType.parse(mediaType));
  }
}
