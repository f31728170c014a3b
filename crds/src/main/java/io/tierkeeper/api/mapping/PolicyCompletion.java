package io.tierkeeper.api.mapping;

import io.tierkeeper.api.v1alpha1.DampingSpec;
import io.tierkeeper.api.v1alpha1.DampingSpec.Objective;
import io.tierkeeper.api.v1alpha1.DampingSpec.Penalties;
import io.tierkeeper.api.v1alpha1.DemoteThreshold;
import io.tierkeeper.api.v1alpha1.DemotionSpec;
import io.tierkeeper.api.v1alpha1.DemotionSpec.Fence;
import io.tierkeeper.api.v1alpha1.DemotionSpec.Strategy;
import io.tierkeeper.api.v1alpha1.DemotionSpec.WhenBusy;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.Match;
import io.tierkeeper.api.v1alpha1.PenaltyTermSpec;
import io.tierkeeper.api.v1alpha1.PolicyDefaults;
import io.tierkeeper.api.v1alpha1.PromoteThreshold;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Approval;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Cooldown;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.DecisionKind;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Dedicated;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.FlapBudget;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Limits;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.MaintenanceWindow;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Mass;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Metric;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Mode;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Placement;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Retain;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Schedule;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Snapshots;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Verify;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.VerifyLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fills what a policy omits, as a schema-aware API server does, for APIs and files without one. */
public final class PolicyCompletion {
  private PolicyCompletion() {}

  /**
   * The policy with every default of {@link PolicyDefaults} written out; what has no default stays null. Completing twice
   * changes nothing.
   */
  public static TierPolicySpec complete(@Nullable TierPolicySpec spec) {
    TierPolicySpec s = spec == null ? empty() : spec;
    return new TierPolicySpec(
        or(s.mode(), Mode.valueOf(PolicyDefaults.MODE)),
        approval(s.approval()),
        mass(s.mass()),
        damping(s.damping()),
        or(s.decision(), DecisionKind.valueOf(PolicyDefaults.DECISION)),
        promote(s.promote()),
        demote(s.demote()),
        s.costBand(),
        cooldown(s.cooldown()),
        flapBudget(s.flapBudget()),
        limits(s.limits()),
        schedule(s.schedule()),
        or(s.windows(), List.<MaintenanceWindow>of()).stream()
            .map(PolicyCompletion::window)
            .toList(),
        verify(s.verify()),
        retain(s.retain()),
        dedicated(s.dedicated()),
        demotion(s.demotion()),
        snapshots(s.snapshots()));
  }

  private static TierPolicySpec empty() {
    return new TierPolicySpec(
        null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null);
  }

  private static Approval approval(@Nullable Approval given) {
    Approval a = given == null ? new Approval(null, null) : given;
    return new Approval(
        or(a.required(), List.of(Direction.Demote)),
        or(a.expiresAfter(), PolicyDefaults.APPROVAL_EXPIRES_AFTER));
  }

  private static Mass mass(@Nullable Mass given) {
    Mass m = given == null ? new Mass(null, null, null) : given;
    return new Mass(
        or(m.metric(), Metric.valueOf(PolicyDefaults.METRIC)),
        or(m.minSamples(), PolicyDefaults.MIN_SAMPLES),
        or(m.staleAfter(), PolicyDefaults.STALE_AFTER));
  }

  private static DampingSpec damping(@Nullable DampingSpec given) {
    DampingSpec d =
        given == null ? new DampingSpec(null, null, null, null, null, null, null, null) : given;
    Penalties p = d.penalties() == null ? new Penalties(null, null, null, null) : d.penalties();
    return new DampingSpec(
        or(d.objective(), Objective.valueOf(PolicyDefaults.OBJECTIVE)),
        or(d.varianceWeight(), PolicyDefaults.VARIANCE_WEIGHT),
        or(d.penaltyWeight(), PolicyDefaults.PENALTY_WEIGHT),
        or(d.coherenceWeight(), PolicyDefaults.COHERENCE_WEIGHT),
        or(d.trackingWeight(), PolicyDefaults.TRACKING_WEIGHT),
        or(d.window(), PolicyDefaults.WINDOW),
        new Penalties(
            or(p.fallback(), PolicyDefaults.PENALTY_FALLBACK),
            or(p.dedicated(), PolicyDefaults.PENALTY_DEDICATED),
            or(p.promoting(), PolicyDefaults.PENALTY_PROMOTING),
            or(p.demoting(), PolicyDefaults.PENALTY_DEMOTING)),
        penaltyTerms(d.penaltyTerms()));
  }

  /** None stays absent, so that the hash of a policy without them is what it was before there were any. */
  private static @Nullable List<PenaltyTermSpec> penaltyTerms(
      @Nullable List<PenaltyTermSpec> given) {
    return given == null || given.isEmpty()
        ? null
        : given.stream().map(PolicyCompletion::penaltyTerm).toList();
  }

  private static PenaltyTermSpec penaltyTerm(@Nullable PenaltyTermSpec given) {
    PenaltyTermSpec t =
        given == null ? new PenaltyTermSpec(null, null, null, null, null, null) : given;
    return new PenaltyTermSpec(
        t.name(),
        t.from(),
        t.tiers(),
        t.ramp(),
        t.classes(),
        or(t.otherwise(), PolicyDefaults.PENALTY_OTHERWISE));
  }

  private static PromoteThreshold promote(@Nullable PromoteThreshold given) {
    PromoteThreshold p = given == null ? new PromoteThreshold(null, null, null, null) : given;
    return new PromoteThreshold(
        or(p.aboveShare(), PolicyDefaults.ABOVE_SHARE),
        p.minPoints(),
        or(p.match(), Match.valueOf(PolicyDefaults.PROMOTE_MATCH)),
        or(p.stabilizationWindow(), PolicyDefaults.PROMOTE_STABILIZATION_WINDOW));
  }

  private static DemoteThreshold demote(@Nullable DemoteThreshold given) {
    DemoteThreshold d = given == null ? new DemoteThreshold(null, null, null, null) : given;
    return new DemoteThreshold(
        or(d.belowShare(), PolicyDefaults.BELOW_SHARE),
        d.maxPoints(),
        or(d.match(), Match.valueOf(PolicyDefaults.DEMOTE_MATCH)),
        or(d.stabilizationWindow(), PolicyDefaults.DEMOTE_STABILIZATION_WINDOW));
  }

  private static Cooldown cooldown(@Nullable Cooldown given) {
    Cooldown c = given == null ? new Cooldown(null, null) : given;
    return new Cooldown(
        or(c.afterMove(), PolicyDefaults.COOLDOWN_AFTER_MOVE),
        or(c.afterAbort(), PolicyDefaults.COOLDOWN_AFTER_ABORT));
  }

  private static FlapBudget flapBudget(@Nullable FlapBudget given) {
    FlapBudget f = given == null ? new FlapBudget(null, null) : given;
    return new FlapBudget(
        or(f.maxMoves(), PolicyDefaults.FLAP_MAX_MOVES),
        or(f.period(), PolicyDefaults.FLAP_PERIOD));
  }

  private static Limits limits(@Nullable Limits given) {
    Limits l = given == null ? new Limits(null, null) : given;
    return new Limits(
        or(l.maxDedicated(), PolicyDefaults.MAX_DEDICATED),
        or(l.maxConcurrentMoves(), PolicyDefaults.MAX_CONCURRENT_MOVES));
  }

  private static Schedule schedule(@Nullable Schedule given) {
    Schedule s = given == null ? new Schedule(null, null) : given;
    return new Schedule(
        or(s.evaluate(), PolicyDefaults.EVALUATE), or(s.timeZone(), PolicyDefaults.TIME_ZONE));
  }

  private static MaintenanceWindow window(MaintenanceWindow w) {
    return new MaintenanceWindow(
        w.schedule(), w.duration(), or(w.timeZone(), PolicyDefaults.TIME_ZONE), w.directions());
  }

  private static Verify verify(@Nullable Verify given) {
    Verify v = given == null ? new Verify(null, null, null) : given;
    return new Verify(
        or(v.level(), VerifyLevel.valueOf(PolicyDefaults.VERIFY_LEVEL)),
        or(v.searchProbes(), PolicyDefaults.SEARCH_PROBES),
        or(v.minTopKOverlap(), PolicyDefaults.MIN_TOP_K_OVERLAP));
  }

  private static Retain retain(@Nullable Retain given) {
    Retain r = given == null ? new Retain(null, null, null) : given;
    return new Retain(
        or(r.sourceFor(), PolicyDefaults.SOURCE_FOR),
        or(r.deleteBatch(), PolicyDefaults.DELETE_BATCH),
        or(r.deleteOnlyInWindows(), PolicyDefaults.DELETE_ONLY_IN_WINDOWS));
  }

  private static Dedicated dedicated(@Nullable Dedicated given) {
    Dedicated d = given == null ? new Dedicated(null, null) : given;
    return new Dedicated(
        d.replicationFactor(), or(d.placement(), Placement.valueOf(PolicyDefaults.PLACEMENT)));
  }

  private static DemotionSpec demotion(@Nullable DemotionSpec given) {
    DemotionSpec d = given == null ? new DemotionSpec(null, null, null, null, null, null) : given;
    return new DemotionSpec(
        or(d.strategy(), Strategy.valueOf(PolicyDefaults.DEMOTION_STRATEGY)),
        or(d.quietFor(), PolicyDefaults.QUIET_FOR),
        or(d.maxWait(), PolicyDefaults.MAX_WAIT),
        or(d.whenBusy(), WhenBusy.valueOf(PolicyDefaults.WHEN_BUSY)),
        fence(d.fence()),
        or(d.snapshotFirst(), PolicyDefaults.SNAPSHOT_FIRST));
  }

  /** None stays absent, so that the hash of a policy without them is what it was before there were any. */
  private static @Nullable Snapshots snapshots(@Nullable Snapshots s) {
    return s == null
        ? null
        : new Snapshots(
            or(s.beforeDemotion(), PolicyDefaults.SNAPSHOT_BEFORE_DEMOTION),
            or(s.beforeCleanup(), PolicyDefaults.SNAPSHOT_BEFORE_CLEANUP),
            or(s.keepFor(), PolicyDefaults.SNAPSHOT_KEEP_FOR));
  }

  private static @Nullable Fence fence(@Nullable Fence f) {
    return f == null
        ? null
        : new Fence(f.by(), f.url(), f.token(), or(f.timeout(), PolicyDefaults.FENCE_TIMEOUT));
  }

  private static <T> T or(@Nullable T given, T otherwise) {
    return given == null ? otherwise : given;
  }
}
