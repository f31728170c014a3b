package io.tierkeeper.evaluation;

import java.util.HashMap;
import java.util.Map;

/**
 * What the policy's own penalty terms found.
 *
 * @param byTerm by the name of the term: the value of each tenant that has one, by the tenant's text
 */
public record PenaltyValues(Map<String, Map<String, String>> byTerm) {

  public static final PenaltyValues NONE = new PenaltyValues(Map.of());

  /** A tenant's values by the name of the term. */
  public Map<String, String> of(String tenant) {
    if (byTerm.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new HashMap<>();
    byTerm.forEach((term, byTenant) -> {
      String value = byTenant.get(tenant);
      if (value != null) {
        values.put(term, value);
      }
    });
    return values;
  }
}
