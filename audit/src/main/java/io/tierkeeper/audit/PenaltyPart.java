package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What one of the policy's own penalty terms adds for a tenant.
 *
 * @param value that was found for the tenant; null for none
 * @param usable whether the term knows the value, where there is one; in a line only when false
 * @param penalty >= 0
 */
public record PenaltyPart(
    String term,
    @Nullable String value,

    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = True.class)
    boolean usable,

    double penalty) {

  @JsonCreator
  static PenaltyPart read(
      @JsonProperty("term") String term,
      @JsonProperty("value") @Nullable String value,
      @JsonProperty("usable") @Nullable Boolean usable,
      @JsonProperty("penalty") double penalty) {
    return new PenaltyPart(term, value, usable == null || usable, penalty);
  }

  /** What is left out when written: Jackson leaves out values that this equals. */
  static final class True {
    @Override
    public boolean equals(@Nullable Object other) {
      return Boolean.TRUE.equals(other);
    }

    @Override
    public int hashCode() {
      return Boolean.hashCode(true);
    }
  }
}
