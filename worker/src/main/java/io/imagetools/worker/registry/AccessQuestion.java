package io.imagetools.worker.registry;

import io.imagetools.common.job.FailureKind;
import io.imagetools.common.process.Check;
import io.imagetools.worker.credentials.Credential;
import io.imagetools.worker.credentials.LoginTarget;
import io.imagetools.worker.engine.MirrorFailure;
import io.imagetools.worker.registry.RegistryAccess.Known;
import java.util.Optional;

/**
 * Finds out whether one gets into a registry, by its front door {@code /v2/}. Where that wants a
 * token, getting one for no repository is the proof: a token server refuses a wrong password.
 */
final class AccessQuestion {

  private final Questions questions;
  private final Logins logins;
  private final Refusals refusals;

  AccessQuestion(Questions questions, Logins logins, Refusals refusals) {
    this.questions = questions;
    this.logins = logins;
    this.refusals = refusals;
  }

  RegistryAccess ask(LoginTarget target) throws InterruptedException {
    Query query =
        new Query(
            target,
            "GET",
            "/v2/",
            "",
            "*/*",
            Exchange.MAX_ERROR_BYTES,
            "look up " + target.registry());
    try {
      Answer answer = questions.askAs(query, null);
      if (answer.ok()) {
        return Known.OPEN;
      }
      Optional<Credential> credential = logins.credential(target);
      if (answer.status() != 401) {
        throw refusals.of(query, answer, credential);
      }
      if (credential.isEmpty()) {
        return Known.CREDENTIALS_MISSING;
      }
      if (!questions.wantsLogin(query, answer)) {
        throw elsewhere(query, answer);
      }
      return logIn(query, answer);
    } catch (MirrorFailure e) {
      return new RegistryAccess.Unreachable(e.kind(), String.valueOf(e.getMessage()));
    }
  }

  private static MirrorFailure elsewhere(Query query, Answer answer) {
    return Refusals.odd(
        query,
        FailureKind.UNAUTHORIZED,
        "redirects to another host that wants a login, "
            + Shown.address(answer.from())
            + "; that host is not shown the login of the registry");
  }

  private RegistryAccess logIn(Query query, Answer refused)
      throws MirrorFailure, InterruptedException {
    Optional<String> login;
    try {
      login = logins.afterRefusal(query, refused, null);
    } catch (MirrorFailure e) {
      if (e.kind() == FailureKind.UNAUTHORIZED) {
        return Known.CREDENTIALS_WRONG;
      }
      throw e;
    }
    if (login.isEmpty()) {
      return Known.CREDENTIALS_WRONG;
    }
    boolean token = login.get().startsWith("Bearer ");
    if (token || questions.askAs(query, login.get()).ok()) {
      return Known.CREDENTIALS_ACCEPTED;
    }
    return Known.CREDENTIALS_WRONG;
  }

  static Check check(LoginTarget target, RegistryAccess access) {
    String name = "registry " + target;
    String logIn = "Log in with: skopeo login " + target;
    if (access instanceof RegistryAccess.Unreachable unreachable) {
      return Check.failed(name, unreachable.sentence() + ".", unreachable.kind().remedy());
    }
    return switch ((Known) access) {
      case OPEN -> Check.ok(name, "It answers and wants no login.");
      case CREDENTIALS_ACCEPTED -> Check.ok(name, "It answers and accepts the login.");
      case CREDENTIALS_MISSING ->
          Check.ok(name, "It answers. There is no login for all of it; it may let anybody read.");
      case CREDENTIALS_WRONG ->
          Check.failed(name, "It answers and does not accept the login there is for it.", logIn);
    };
  }
}
