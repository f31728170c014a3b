package io.tierkeeper.api.mapping;

import static java.util.Objects.requireNonNull;

import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Fence;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.FenceBy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.FenceToken;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Placement;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.Strategy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.VerifyLevel;
import io.tierkeeper.api.v1alpha1.TierPolicySpec.WhenBusy;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The part of a TierPolicy that says how a move is carried out, with types instead of texts.
 *
 * @param approvalExpiresAfter how long a plan waits for a person
 * @param verifyLevel how deeply the copies are compared
 * @param searchProbes searches that must answer alike, >= 0
 * @param minTopKOverlap least overlap of their results, in [0,1]
 * @param retainSourceFor how long the old copy stays after a promotion
 * @param deleteBatch points deleted in one request, >= 1
 * @param deleteOnlyInWindows whether the deletion waits for a maintenance window
 * @param replicationFactor replicas of a dedicated shard; empty means as many as the fallback has
 * @param placement where a dedicated shard ends up
 * @param strategy the protocol of a demotion
 * @param quietFor Freeze: how long passes must have found nothing
 * @param maxWait Freeze: how long to wait for that
 * @param whenBusy Freeze: what then
 * @param fence who pauses the writers; present for strategy Fence
 * @param fenceTimeout how long to wait for the fence
 * @param snapshotFirst whether a snapshot comes first
 */
public record MoveRules(
    Duration approvalExpiresAfter,
    VerifyLevel verifyLevel,
    int searchProbes,
    double minTopKOverlap,
    Duration retainSourceFor,
    int deleteBatch,
    boolean deleteOnlyInWindows,
    OptionalInt replicationFactor,
    Placement placement,
    Strategy strategy,
    Duration quietFor,
    Duration maxWait,
    WhenBusy whenBusy,
    @Nullable Fence fence,
    Duration fenceTimeout,
    boolean snapshotFirst) {

  /**
   * Reads a policy; omitted fields mean {@link PolicyCompletion}.
   *
   * @throws InvalidValueException when a value cannot be used
   */
  public static MoveRules of(@Nullable TierPolicySpec spec) {
    TierPolicySpec p = PolicyCompletion.complete(spec);
    TierPolicySpec.Verify verify = requireNonNull(p.verify());
    TierPolicySpec.Retain retain = requireNonNull(p.retain());
    TierPolicySpec.Dedicated dedicated = requireNonNull(p.dedicated());
    TierPolicySpec.Demotion demotion = requireNonNull(p.demotion());
    Strategy strategy = requireNonNull(demotion.strategy());
    Integer factor = dedicated.replicationFactor();
    Fence fence = demotion.fence();
    requireWholeFence(strategy, fence);
    return new MoveRules(
        duration("spec.approval.expiresAfter", requireNonNull(p.approval()).expiresAfter()),
        requireNonNull(verify.level()),
        atLeast("spec.verify.searchProbes", requireNonNull(verify.searchProbes()), 0),
        DecimalText.parse(
            "spec.verify.minTopKOverlap", requireNonNull(verify.minTopKOverlap()), 0, 1),
        duration("spec.retain.sourceFor", retain.sourceFor()),
        atLeast("spec.retain.deleteBatch", requireNonNull(retain.deleteBatch()), 1),
        requireNonNull(retain.deleteOnlyInWindows()),
        factor == null
            ? OptionalInt.empty()
            : OptionalInt.of(atLeast("spec.dedicated.replicationFactor", factor, 1)),
        requireNonNull(dedicated.placement()),
        strategy,
        duration("spec.demotion.quietFor", demotion.quietFor()),
        duration("spec.demotion.maxWait", demotion.maxWait()),
        requireNonNull(demotion.whenBusy()),
        fence,
        duration("spec.demotion.fence.timeout", fence == null ? "0s" : fence.timeout()),
        requireNonNull(demotion.snapshotFirst()));
  }

  private static void requireWholeFence(Strategy strategy, @Nullable Fence fence) {
    if (strategy != Strategy.Fence) {
      return;
    }
    FenceBy by = fence == null ? null : fence.by();
    if (fence == null || by == null) {
      throw new InvalidValueException(
          "spec.demotion.fence", "absent", "by: Webhook, Token or Manual, for strategy Fence");
    }
    if (by == FenceBy.Webhook && fence.url() == null) {
      throw new InvalidValueException(
          "spec.demotion.fence.url", "absent", "an address, for by: Webhook");
    }
    FenceToken token = fence.token();
    if (by == FenceBy.Token
        && (token == null || token.collection() == null || token.pointId() == null)) {
      throw new InvalidValueException(
          "spec.demotion.fence.token", "absent", "collection and pointId, for by: Token");
    }
  }

  private static Duration duration(String field, @Nullable String text) {
    return DurationText.parse(field, requireNonNull(text));
  }

  private static int atLeast(String field, int number, int least) {
    if (number < least) {
      throw new InvalidValueException(
          field, String.valueOf(number), "a whole number of at least " + least);
    }
    return number;
  }
}
