package io.imagetools.worker.execution;

import java.util.regex.Pattern;

/**
 * Leaves out of a text what looks like a secret. The last line of defence before log and topic:
 * engines pass on none, but they pass on what programs and registries say.
 */
final class Secrets {
  private static final String LEFT_OUT = "(left out)";

  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");
  private static final Pattern HEADER =
      Pattern.compile(
          "(authorization[\"']?\\s*[:=]\\s*[\"']?)(?:(?:basic|bearer)\\s+)?[^\\s\"']+",
          Pattern.CASE_INSENSITIVE);

  /** So long that "no basic auth credentials" is let alone. */
  private static final Pattern SCHEME =
      Pattern.compile("\\b(basic|bearer)\\s+[\\w+/=.~-]{16,}", Pattern.CASE_INSENSITIVE);

  /** With {@code =}, or as JSON: "auth token: unauthorized" holds no secret. */
  private static final Pattern ASSIGNED =
      Pattern.compile(
          "((?:password|passwd|secret|token|signature|credential|\\bsig)(?:=|\"\\s*:\\s*\"))"
              + "[^\\s\"&]+",
          Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  static String leftOut(String text) {
    String rest = USER_INFO.matcher(text).replaceAll("://");
    rest = HEADER.matcher(rest).replaceAll("$1" + LEFT_OUT);
    rest = SCHEME.matcher(rest).replaceAll("$1 " + LEFT_OUT);
    return ASSIGNED.matcher(rest).replaceAll("$1" + LEFT_OUT);
  }
}
