package io.tierkeeper.operator.policy;

import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.DeletionPolicy;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.operator.status.Conditions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports the fields that this version does not act upon. */
public final class UnsupportedFields {

  private UnsupportedFields() {}

  /** Adds the condition to a TieredCollection's, if its spec has such fields. */
  public static void report(TieredCollectionSpec spec, Conditions conditions) {
    List<String> sentences = new ArrayList<>();
    deletion(spec.deletionPolicy(), sentences);
    set(sentences, conditions);
  }

  /** Adds the condition to a TenantTier's, if its spec has such fields. */
  public static void report(TenantTierSpec spec, Conditions conditions) {
    List<String> sentences = new ArrayList<>();
    deletion(spec.deletionPolicy(), sentences);
    set(sentences, conditions);
  }

  private static void deletion(@Nullable DeletionPolicy policy, List<String> sentences) {
    if (policy == DeletionPolicy.Demote) {
      sentences.add(
          "spec.deletionPolicy: Demote is not supported by this version; deleting the resource moves no"
              + " tenant. Before deleting it, set tier: Fallback and wait for the demotion.");
    }
  }

  private static void set(List<String> sentences, Conditions conditions) {
    if (!sentences.isEmpty()) {
      conditions.set(
          ConditionTypes.SPEC_SUPPORTED, false, Reasons.NOT_SUPPORTED, String.join(" ", sentences));
    }
  }
}
