package io.imagetools.worker.credentials;

import io.imagetools.common.process.EnvironmentException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a file of credentials. A file that is there and can't be used stops the command: going on
 * without it would fail later, and less clearly. No message quotes the file.
 */
final class AuthFileReader {

  /** A larger file is not read; the largest seen had 40 KiB. */
  static final int MAX_BYTES = 1 << 20;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern TRAILING_NULS = Pattern.compile("\0+$");

  private final Path path;

  private AuthFileReader(Path path) {
    this.path = path;
  }

  /**
   * Reads it.
   *
   * @throws EnvironmentException if it can't be read or understood
   */
  static AuthFile read(Path path) {
    return new AuthFileReader(path).read();
  }

  private AuthFile read() {
    JsonNode json = parse(bytes());
    Map<String, Credential> credentials = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : object(json, "auths").properties()) {
      Credential credential = credential(entry.getKey(), entry.getValue());
      if (credential != null) {
        put(credentials, entry.getKey(), credential);
      }
    }
    Map<String, String> helpers = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : object(json, "credHelpers").properties()) {
      String name = helper(entry.getValue(), "credHelpers");
      if (name != null) {
        helpers.put(RegistryKeys.reduced(entry.getKey()), name);
      }
    }
    return new AuthFile(path, credentials, helpers, helper(json.path("credsStore"), "credsStore"));
  }

  private void put(Map<String, Credential> credentials, String key, Credential credential) {
    String reduced = RegistryKeys.reduced(key);
    Credential entry = reduced.indexOf('/') < 0 ? credential : credential.forPart(reduced);
    if (key.equals(reduced)) {
      credentials.put(reduced, entry); // The plain name wins over an address of the same host.
    } else {
      credentials.putIfAbsent(reduced, entry);
    }
  }

  private byte[] bytes() {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw broken("it is larger than 1 MiB", null);
      }
      return Files.readAllBytes(path);
    } catch (AccessDeniedException e) {
      throw new EnvironmentException(
          "The file of credentials "
              + path
              + " can't be read: permission denied. Let this user read it (chmod, chown), or log in anew.",
          e);
    } catch (IOException e) {
      throw new EnvironmentException(
          "The file of credentials "
              + path
              + " can't be read: "
              + e.getMessage()
              + ". Put that right, or move it away and log in anew.",
          e);
    }
  }

  private JsonNode parse(byte[] bytes) {
    if (bytes.length == 0) {
      return MAPPER.createObjectNode(); // As docker and skopeo read an empty file.
    }
    JsonNode json;
    try {
      json = MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      // The parser's own words could quote a secret.
      throw broken("it is no JSON (line " + line + ")", null);
    }
    if (!json.isObject()) {
      throw broken("it is no JSON object", null);
    }
    return json;
  }

  private JsonNode object(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return MAPPER.createObjectNode();
    }
    if (!value.isObject()) {
      throw broken("'" + field + "' is no JSON object", null);
    }
    return value;
  }

  private @Nullable String helper(JsonNode value, String field) {
    String name = value.asString("");
    if (name.isEmpty()) {
      return null;
    }
    if (!HELPER.matcher(name).matches()) {
      throw broken(
          "'" + field + "' names a credential helper with other characters than A-Z a-z 0-9 _ -",
          null);
    }
    return name;
  }

  private @Nullable Credential credential(String key, JsonNode entry) {
    String username = entry.path("username").asString("");
    String password = entry.path("password").asString("");
    String auth = entry.path("auth").asString("");
    if (!auth.isEmpty()) {
      String decoded = decode(key, auth);
      int colon = decoded.indexOf(':');
      if (colon < 0) {
        throw broken("the 'auth' of " + key + " is not base64 of NAME:PASSWORD", null);
      }
      username = decoded.substring(0, colon);
      password = TRAILING_NULS.matcher(decoded.substring(colon + 1)).replaceAll("");
    }
    String token = entry.path("identitytoken").asString("");
    if (!token.isEmpty()) {
      return Credential.identityToken(username, token, path.toString());
    }
    // Docker leaves an empty entry for a credential that its store has.
    return username.isEmpty() && password.isEmpty()
        ? null
        : Credential.password(username, password, path.toString());
  }

  private String decode(String key, String auth) {
    try {
      return new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw broken("the 'auth' of " + key + " is not base64", null);
    }
  }

  private EnvironmentException broken(String what, @Nullable Throwable cause) {
    return new EnvironmentException(
        "The file of credentials "
            + path
            + " is broken: "
            + what
            + ". Correct it, or move it away and log in again.",
        cause);
  }
}
