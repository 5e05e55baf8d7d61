package io.imagetools.common.wire;

import io.imagetools.common.image.Registry;
import io.imagetools.common.job.RegistryBudget;
import io.imagetools.common.job.RegistryCondition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The records of the registries topic: {@code "type":"REGISTRY"}. The key is the registry. */
public final class ConditionCodec {
  private static final String TYPE = "REGISTRY";

  private ConditionCodec() {}

  /** The record's value. */
  public static byte[] encode(RegistryCondition condition) {
    ObjectNode node =
        Json.record(TYPE)
            .put("registry", condition.registry().host())
            .put("notBefore", condition.notBefore().toString())
            .put("worker", condition.worker())
            .put("at", condition.at().toString());
    RegistryBudget budget = condition.budget();
    if (budget != null) {
      node.putObject("budget")
          .put("limit", budget.limit())
          .put("windowSeconds", budget.window().toSeconds())
          .put("remaining", budget.remaining());
    }
    return Json.bytes(node);
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws InvalidRecordException if the bytes are no condition
   */
  public static RegistryCondition decode(byte[] value) throws InvalidRecordException {
    Fields fields = Json.read(value);
    if (!fields.string("type").equals(TYPE)) {
      throw new InvalidRecordException("The record is of another type than " + TYPE);
    }
    Registry registry = fields.parsed("registry", Registry::new);
    Instant notBefore = fields.instant("notBefore");
    Instant at = fields.instant("at");
    return new RegistryCondition(registry, notBefore, budget(fields), fields.string("worker"), at);
  }

  private static @Nullable RegistryBudget budget(Fields condition) throws InvalidRecordException {
    Fields fields = condition.optionalObject("budget");
    if (fields == null) {
      return null;
    }
    int limit = fields.integer("limit");
    int remaining = fields.integer("remaining");
    Duration window = Duration.ofSeconds(fields.integer("windowSeconds"));
    try {
      return new RegistryBudget(limit, window, remaining);
    } catch (IllegalArgumentException e) {
      throw new InvalidRecordException("The budget is none: " + e.getMessage(), e);
    }
  }
}
