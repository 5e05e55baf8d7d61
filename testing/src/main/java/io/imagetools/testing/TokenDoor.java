package io.imagetools.testing;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A token server and the door that wants its tokens (distribution, "Token Authentication"). A token
 * serves for so many requests and is refused from then on, whatever life it was given out with.
 * Thread-safe.
 */
final class TokenDoor {

  private static final String PATH = "/token";

  private static final String PUSH = "%2Cpush";

  private final int usesOfToken;
  private final boolean toPush;
  private final Map<String, Integer> usesLeft = new HashMap<>();
  private int given;

  /**
   * A door.
   *
   * @param toPush whether tokens without the right to push open nothing
   */
  TokenDoor(int usesOfToken, boolean toPush) {
    this.usesOfToken = usesOfToken;
    this.toPush = toPush;
  }

  /** The answer to a request that does not come through; empty: it does. */
  synchronized Optional<Fault.Answered> stop(HttpHead request, String host) {
    if (request.word(1).startsWith(PATH)) {
      String token = UUID.randomUUID().toString();
      given++;
      usesLeft.put(token, toPush && !request.word(1).contains(PUSH) ? 0 : usesOfToken);
      String body = "{\"token\":\"" + token + "\",\"expires_in\":300}";
      return Optional.of(new Fault.Answered(200, body, Map.of("Content-Type", "application/json")));
    }
    String token = request.header("Authorization").replaceFirst("^Bearer ", "");
    Integer left = usesLeft.computeIfPresent(token, (key, uses) -> uses - 1);
    if (left != null && left >= 0) {
      return Optional.empty();
    }
    return Optional.of(refusal(host));
  }

  /** All that were given out serve no more; the answer to the request at which they ended. */
  synchronized Fault.Answered end(String host) {
    usesLeft.clear();
    return refusal(host);
  }

  private static Fault.Answered refusal(String host) {
    String challenge = "Bearer realm=\"http://" + host + PATH + "\",service=\"tests\"";
    return new Fault.Answered(
        401,
        "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\"}]}",
        Map.of("WWW-Authenticate", challenge, "Content-Type", "application/json"));
  }

  synchronized int given() {
    return given;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
