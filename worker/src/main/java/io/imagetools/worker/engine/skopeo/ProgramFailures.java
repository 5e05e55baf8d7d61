package io.imagetools.worker.engine.skopeo;

import io.imagetools.common.job.FailureKind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what a skopeo or buildx that failed meant. The one place that reads their messages; the test
 * holds it against a corpus of recorded ones, and each new unexplained failure belongs there.
 */
final class ProgramFailures {

  /**
   * What a message means.
   *
   * @param kind of failure
   * @param side whose registry it came from; empty if it does not say
   * @param message the program's own words
   */
  record Verdict(FailureKind kind, Optional<Side> side, String message) {}

  private record Rule(Optional<Side> side, FailureKind kind, Pattern pattern) {
    boolean fits(String text, Optional<Side> actual) {
      return (side.isEmpty() || side.equals(actual)) && pattern.matcher(text).find();
    }
  }

  /** Characters of a message that are passed on. */
  static final int MAX_MESSAGE = 600;

  /**
   * Begins a debug line of skopeo. Whatever goes wrong with pushing an index, 1.9.3 goes on to try
   * other formats and then says only that they would not preserve the digest.
   */
  static final String INDEX_REFUSED = "Upload of manifest list type ";

  private static final String OTHER_FORMAT = "must be converted to type";
  private static final Pattern REASON =
      Pattern.compile("^time=\\S+ level=debug msg=\"" + INDEX_REFUSED + "\\S+ failed: (.*)\"$");

  private static final Pattern FATAL =
      Pattern.compile("^time=\"[^\"]*\" level=(?:fatal|error) msg=(?:\"(.*)\"|(\\S+))$");
  private static final Pattern BUILDX_ERROR = Pattern.compile("^(?:ERROR|error): (.*)$");

  /**
   * How Go's runtime begins when it gives up; what follows is addresses, files and line numbers.
   */
  private static final Pattern CRASH =
      Pattern.compile("^(?:runtime(?:/cgo)?: |fatal error: |panic: |SIG[A-Z]+: ).*");

  /** Words of containers-policy.json(5) and containers-registries.conf(5), wherever they lie. */
  private static final String REJECTED = "Source image rejected: ";

  private static final Pattern OWN_REFUSAL =
      Pattern.compile(
          REJECTED
              + "(?:Running image |A signature was required|None of the signatures|Signature )|"
              + "registry \\S+ is blocked in \\S*registries\\.conf");

  private static final Pattern LACK =
      compile(
          "out of memory|cannot allocate memory|failed to (?:reserve|allocate) .*memory|"
              + "pthread_create failed|failed to create new OS thread|newosproc");

  private static final Pattern UPLOAD_STATE = Pattern.compile("[?&]_state=[^\\s\"\\\\]+");

  private static final Pattern AT_DESTINATION =
      Pattern.compile(
          "writing blob|writing config|writing manifest|uploading manifest|trying to reuse blob|"
              + "initializing destination|checking whether a blob|initiating layer upload|"
              + "httpReadSeeker|pushing ");
  private static final Pattern AT_SOURCE =
      Pattern.compile(
          "happened during read|initializing source|initializing image from source|"
              + "reading manifest|reading blob|fetching blob|parsing image configuration|"
              + "reading config");

  /** What Go passes on of a proxy's answer to CONNECT: its words, without the number. */
  private static final String REFUSED_CONNECT =
      "\": (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)";

  /** The first that fits decides, so the particular stands before the general. */
  private static final List<Rule> RULES =
      List.of(
          any(FailureKind.RATE_LIMITED, "toomanyrequests|too many requests|\\b429\\b"),
          any(FailureKind.NETWORK, "proxy authentication required"),
          any(
              FailureKind.WORKER_RESOURCES,
              "no space left on device|too many open files|cannot allocate memory|out of memory|"
                  + "disk quota exceeded|read-only file system"),
          any(
              FailureKind.DIGEST_MISMATCH,
              "digest did not match|does not match (?:expected )?digest|digest mismatch|"
                  + "digest invalid|doesn't match the requested digest"),
          any(
              FailureKind.UNSUPPORTED_MEDIA_TYPE,
              "unexpectedly received a manifest list|no FSLayers|unsupported schema|"
                  + "unimplemented manifest MIME type|unsupported manifest|"
                  + "preserving digests|instructed to preserve digests"),
          // Asked for a blob, not told to take something.
          destination(FailureKind.DENIED, "failed to read from destination repository .*\\b412\\b"),
          destination(
              FailureKind.DESTINATION_REFUSED,
              "(?:initiating layer upload|uploading manifest) .*StatusCode: 404"),
          destination(
              FailureKind.DESTINATION_REFUSED,
              "immutable|quota|exceed the configured|insufficient storage|\\b413\\b|"
                  + "request entity too large|: unsupported|manifest invalid|name invalid|"
                  + "name unknown|repository name not known|project .* not found|\\b405\\b|\\b409\\b|"
                  + "\\b412\\b|\\b415\\b|unexpected HTTP status: 507"),
          // Harbor, where a scanner blocks what it found.
          any(
              FailureKind.DENIED,
              "denied|\\b403\\b|forbidden|StatusCode: 412|cannot be pulled due to configured policy"),
          any(
              FailureKind.UNAUTHORIZED,
              "unauthorized|authentication required|\\b401\\b|no basic auth credentials|"
                  + "invalid username/password|incorrect username or password|"
                  + "remote error: tls: (?:bad certificate|certificate required)"),
          destination(
              FailureKind.REGISTRY_UNAVAILABLE,
              "blob unknown|manifest unknown|not found|\\b404\\b"),
          any(FailureKind.REGISTRY_UNAVAILABLE, "blob upload (?:unknown|invalid)"),
          any(FailureKind.REGISTRY_UNAVAILABLE, "pinging container registry .*\\b404\\b"),
          any(
              FailureKind.SOURCE_NOT_FOUND,
              "manifest unknown|blob unknown|name unknown|repository name not known|"
                  + "\\b404\\b|not found"),
          any(FailureKind.INVALID_ENTRY, "name invalid|invalid reference format"),
          any(
              FailureKind.UNTRUSTED,
              "x509|certificate|HTTP response to HTTPS client|does not look like a TLS handshake"),
          any(
              FailureKind.TIMEOUT,
              "context deadline exceeded|i/o timeout|TLS handshake timeout|Client\\.Timeout|"
                  + "timed out|\\b408\\b"),
          any(
              FailureKind.REGISTRY_UNAVAILABLE,
              "received unexpected HTTP status: 5|\\b50[0-9]\\b|StatusCode: 5|"
                  + "invalid status code from (?:registry|token server) 5|"
                  + "invalid character .* looking for beginning|unexpected end of JSON|"
                  + "unexpected status code|"
                  + REFUSED_CONNECT),
          any(
              FailureKind.NETWORK,
              "connection refused|no such host|connection reset|broken pipe|no route to host|"
                  + "network is unreachable|server misbehaving|temporary failure in name|"
                  + "dial tcp|\\bEOF\\b|use of closed network|http2: |\\btls: |"
                  + "server closed idle connection|malformed HTTP response|"
                  + "transport connection broken"));

  private ProgramFailures() {}

  private static Rule any(FailureKind kind, String pattern) {
    return new Rule(Optional.empty(), kind, compile(pattern));
  }

  private static Rule destination(FailureKind kind, String pattern) {
    return new Rule(Optional.of(Side.DESTINATION), kind, compile(pattern));
  }

  private static Pattern compile(String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
  }

  /**
   * Classifies.
   *
   * @param standardError what the program wrote there
   * @param exitStatus above 128: a signal killed it
   */
  static Verdict classify(String standardError, int exitStatus) {
    List<String> lines = standardError.lines().map(String::strip).toList();
    Optional<String> said = said(lines);
    Optional<String> crash = said.isPresent() ? Optional.empty() : crash(lines);
    if (crash.isPresent()) {
      boolean lack = LACK.matcher(crash.get()).find();
      FailureKind kind = lack ? FailureKind.WORKER_RESOURCES : FailureKind.ENGINE_DEFECT;
      return new Verdict(kind, Optional.empty(), crash.get());
    }
    String message =
        said.orElseGet(() -> lines.isEmpty() ? "" : shorten(lines.get(lines.size() - 1)));
    if (OWN_REFUSAL.matcher(message).find()) {
      return ownRefusal(message);
    }
    Optional<Side> side = side(message);
    // What a reference or a digest looks like must not be taken for a status or a word.
    String text = withoutNames(message);
    for (Rule rule : RULES) {
      if (rule.fits(text, side)) {
        return new Verdict(rule.kind(), side, message);
      }
    }
    if (message.contains(REJECTED)) { // by a policy that could not be followed
      return ownRefusal(message);
    }
    if (exitStatus > 128) {
      int signal = exitStatus - 128;
      return new Verdict(FailureKind.WORKER_RESOURCES, side, "it was killed by signal " + signal);
    }
    String words = message.isEmpty() ? "it said nothing" : message;
    return new Verdict(
        FailureKind.ENGINE_DEFECT, side, words + " (exit status " + exitStatus + ")");
  }

  /** What this machine's own settings forbid: no registry is to blame. */
  private static Verdict ownRefusal(String message) {
    String words =
        message.contains(REJECTED)
            ? message + " (policy.json of this machine, in ~/.config/containers or /etc/containers)"
            : message;
    return new Verdict(FailureKind.DENIED, Optional.empty(), words);
  }

  private static Optional<String> crash(List<String> lines) {
    return lines.stream()
        .filter(line -> CRASH.matcher(line).matches())
        .findFirst()
        .map(ProgramFailures::shorten);
  }

  /** What the program itself says went wrong. */
  private static Optional<String> said(List<String> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      Matcher fatal = FATAL.matcher(lines.get(i));
      if (fatal.matches()) {
        String words = fatal.group(1) == null ? fatal.group(2) : fatal.group(1);
        return Optional.of(words.contains(OTHER_FORMAT) ? reason(lines, words) : unquoted(words));
      }
      Matcher error = BUILDX_ERROR.matcher(lines.get(i));
      if (error.matches()) {
        return Optional.of(shorten(error.group(1)));
      }
    }
    return Optional.empty();
  }

  private static String reason(List<String> lines, String otherwise) {
    return lines.stream()
        .map(REASON::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(reason -> unquoted("writing manifest: " + reason.group(1)))
        .orElse(unquoted(otherwise));
  }

  private static String unquoted(String words) {
    return shorten(words.replace("\\\"", "\"").replace("\\n", " "));
  }

  private static String shorten(String message) {
    String text = UPLOAD_STATE.matcher(message).replaceAll("");
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
  }

  private static Optional<Side> side(String message) {
    if (AT_SOURCE.matcher(message).find() && !message.startsWith("writing manifest")) {
      return Optional.of(Side.SOURCE);
    }
    return AT_DESTINATION.matcher(message).find()
        ? Optional.of(Side.DESTINATION)
        : Optional.empty();
  }

  private static final Pattern NAMES =
      Pattern.compile(
          "sha(?:256|512):[a-f0-9]+|docker://\\S+|https?://[^\\s\"]+|/v2/\\S+|"
              + "\\(heuristic tuning data:[^)]*\\)|"
              + "(?<= in )[^\\s:]+(?::[0-9]+)?(?:/[^\\s:]+)*|(?<=manifest )\\S+(?= (?:in|to) )|"
              + "(?<= to )[^\\s:]+(?::[0-9]+)?/[^\\s:]+|"
              + "\\b[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?::[0-9]+)?|(?<=registry )[^\\s:]+(?::[0-9]+)?:");

  private static String withoutNames(String message) {
    return NAMES.matcher(message).replaceAll("…");
  }
}
