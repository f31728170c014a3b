package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The operator creates a collection, or changes one as {@code spec.provision.apply} of its TieredCollection says. */
public record ProvisionData(ResourceRef object, Provision provision) implements EventData {

  /** How far a call is. */
  public enum Event {
    /** It is about to be sent; on disk before it is. */
    INTENDED("Intended"),
    /** Qdrant has done it. */
    DONE("Done"),
    /** It failed, or its outcome is unknown. */
    FAILED("Failed"),
    /** An event of a later version; never written. */
    @JsonEnumDefaultValue
    OTHER("Other");

    private final String word;

    Event(String word) {
      this.word = word;
    }

    /** As in the line. */
    @JsonValue
    public String word() {
      return word;
    }
  }

  /**
   * One call.
   *
   * @param collection in Qdrant
   * @param action such as {@code CreateCollection}
   * @param request what is created or changed, in Qdrant's words
   * @param answer why it failed; null otherwise
   */
  public record Provision(
      String collection,
      String action,
      Event event,
      ObjectNode request,
      @Nullable String answer) {}

  @Override
  public AuditType type() {
    return AuditType.PROVISION;
  }
}
