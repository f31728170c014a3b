package io.tierkeeper.operator.move;

import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.moves.Move;
import io.tierkeeper.qdrant.TenantId;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tenant of a TierMove, and its text without a look at Qdrant. */
public final class PlannedTenant {

  /** Input of a plan: the kind of the tenant index, only where the tenant's text depends on it. */
  static final String INDEX = "tenantIndex";

  private PlannedTenant() {}

  /** The tenant; empty where the spec names none or two. */
  public static Optional<TenantId> of(TierMoveSpec spec) {
    return TenantId.of(spec.tenant(), spec.tenantInteger());
  }

  /** The kind of index under which the plan was made, as far as the tenant's text depends on it. */
  public static TenantId.Kind index(TierMoveSpec spec, TenantId tenant) {
    TierMoveSpec.Plan plan = spec.plan();
    @Nullable
    String word = plan == null || plan.inputs() == null ? null : plan.inputs().get(INDEX);
    // Another word than these two is none that plan() writes: it shows as drift.
    return Arrays.stream(TenantId.Kind.values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseGet(tenant::kind);
  }

  /** The tenant's text in the collection. */
  public static String text(TierMoveSpec spec) {
    return of(spec).map(tenant -> tenant.text(index(spec, tenant))).orElse("unknown");
  }

  /** The value of the input {@link #INDEX}; empty where the tenant's text is its plain value. */
  static Optional<String> input(Move move) {
    return move.tenantText().equals(move.tenant().toString())
        ? Optional.empty()
        : Optional.of(move.tenantIndex().word());
  }
}
