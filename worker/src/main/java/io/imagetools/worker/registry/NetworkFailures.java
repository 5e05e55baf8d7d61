package io.imagetools.worker.registry;

import io.imagetools.common.job.FailureKind;
import io.imagetools.worker.engine.MirrorFailure;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What it means that a request got no answer: one sentence that names the cause. */
final class NetworkFailures {

  private NetworkFailures() {}

  /** The failure for a query that broke down. */
  static MirrorFailure of(Query query, IOException e) {
    return of(query, e, cause(query.registry().host(), query.registry().host(), e));
  }

  /** The failure for a query whose token server did not answer. */
  static MirrorFailure ofTokenServer(Query query, String host, IOException e) {
    return of(query, e, cause("its token server " + Shown.text(host), Shown.text(host), e));
  }

  private static MirrorFailure of(Query query, IOException e, String cause) {
    return new MirrorFailure(
        kind(e),
        "Tried to " + query.purpose() + " but " + cause,
        query.registry(),
        List.of(),
        null,
        e);
  }

  private static FailureKind kind(IOException e) {
    if (e instanceof CertFolderException || (e instanceof SSLException tls && isUntrusted(tls))) {
      return FailureKind.UNTRUSTED;
    }
    if (wantsCertificate(e)) {
      return FailureKind.UNAUTHORIZED;
    }
    return e instanceof InterruptedIOException || e instanceof ConnectionRequestTimeoutException
        ? FailureKind.TIMEOUT
        : FailureKind.NETWORK;
  }

  private static String cause(String server, String host, IOException e) {
    if (e instanceof UnknownHostException) {
      return "the host of " + server + " is unknown: the name is wrong, or DNS does not work";
    }
    if (e instanceof ConnectTimeoutException) {
      // Apache's client says so as well when the TLS handshake is what takes long.
      return words(e).toLowerCase(Locale.ROOT).contains("read timed out")
          ? server + " took too long over the TLS handshake; it may not speak https at all"
          : "connecting to " + server + " took too long";
    }
    if (e instanceof ConnectionRequestTimeoutException) {
      return "all connections to " + server + " were in use for too long";
    }
    if (e instanceof InterruptedIOException) {
      return server + " took too long to answer: " + words(e);
    }
    if (e instanceof RedirectRefusedException) {
      return server + " " + words(e);
    }
    if (e instanceof CertFolderException) {
      return "what is here for talking to " + server + " can't be used: " + e.getMessage();
    }
    if (e instanceof SSLException tls) {
      return tls(server, host, tls);
    }
    return connection(server, e);
  }

  private static String connection(String server, IOException e) {
    if (e instanceof NoRouteToHostException) {
      return "there is no route to " + server;
    }
    if (e instanceof ConnectException) {
      return words(e).toLowerCase(Locale.ROOT).contains("refused")
          ? "the connection was refused: nothing listens at " + server
          : "no connection to " + server + " came about: " + words(e);
    }
    if (e instanceof NoHttpResponseException) {
      return server + " closed the connection without an answer";
    }
    if (e instanceof ConnectionClosedException) {
      return server + " closed the connection before the answer was complete";
    }
    if (words(e).toLowerCase(Locale.ROOT).contains("reset")) {
      return "the connection to " + server + " was reset";
    }
    return "the connection to " + server + " failed: " + words(e);
  }

  private static String tls(String server, String host, SSLException e) {
    String remedy = "; if that is meant: --insecure-registry " + host;
    if (e instanceof SSLPeerUnverifiedException) {
      return "the certificate of " + server + " is for another name" + remedy;
    }
    if (isAbout(e, CertificateException.class)) {
      return "the certificate of " + server + " is not trusted (" + root(e) + ")" + remedy;
    }
    if (isPlainHttp(e)) {
      return server + " speaks plain http, not https" + remedy;
    }
    if (wantsCertificate(e)) {
      return server
          + " wants a certificate of the client, and there is none here that it accepts: put"
          + " client.cert and client.key into ~/.config/containers/certs.d/"
          + host;
    }
    return server + " broke off the TLS handshake: " + words(e);
  }

  /** The alerts of TLS 1.3 and of older servers. */
  private static boolean wantsCertificate(IOException e) {
    String words = words(e).toLowerCase(Locale.ROOT);
    return e instanceof SSLException
        && (words.contains("certificate_required") || words.contains("bad_certificate"));
  }

  /** Trying again changes nothing about it. */
  private static boolean isUntrusted(SSLException e) {
    return e instanceof SSLPeerUnverifiedException
        || isAbout(e, CertificateException.class)
        || isPlainHttp(e);
  }

  /** JDK: SSLSocketInputRecord sees bytes that are no TLS record. */
  private static boolean isPlainHttp(SSLException e) {
    return words(e).toLowerCase(Locale.ROOT).contains("unsupported or unrecognized ssl message");
  }

  private static boolean isAbout(Throwable e, Class<?> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static String root(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return words(t);
  }

  private static String words(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : Shown.text(e.getMessage());
  }
}
