package io.tierkeeper.evaluation.policy;

import static java.util.Objects.requireNonNull;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.DemotionSpec;
import io.tierkeeper.api.v1alpha1.DemotionSpec.FenceBy;
import io.tierkeeper.api.v1alpha1.DemotionSpec.FenceToken;
import io.tierkeeper.api.v1alpha1.PolicyDefaults;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.PointId;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The part of a TierPolicy that says how moves are carried out.
 *
 * @param approvalExpiresAfter how long a plan waits for approval
 * @param deleteOnlyInWindows whether the deletion of the old copy waits for a maintenance window
 * @param replicationFactor replicas of a dedicated shard, >= 1; empty for as many as the fallback has
 * @param common the settings of every move, but for what {@link #settings} takes
 */
public record MoveTerms(
    Duration approvalExpiresAfter,
    boolean deleteOnlyInWindows,
    OptionalInt replicationFactor,
    MoveSettings common) {

  /**
   * The settings of one move.
   *
   * @param settle how long a move waits after a switch for requests in flight
   * @param moveDeadline how long a transfer may make no progress before it counts as failed
   * @param fallbackReplicas replicas of the fallback, which a dedicated shard gets where the policy does not say
   */
  public MoveSettings settings(Duration settle, Duration moveDeadline, int fallbackReplicas) {
    return common.with(draft -> {
      draft.settle(settle);
      draft.replicationFactor(replicationFactor.orElse(Math.max(1, fallbackReplicas)));
      draft.moveDeadline(moveDeadline);
    });
  }

  /**
   * Reads a completed policy.
   *
   * @throws InvalidValueException when a value cannot be used
   */
  static MoveTerms of(TierPolicySpec p) {
    TierPolicySpec.Retain retain = requireNonNull(p.retain());
    TierPolicySpec.Dedicated dedicated = requireNonNull(p.dedicated());
    Integer factor = dedicated.replicationFactor();
    return new MoveTerms(
        duration("spec.approval.expiresAfter", requireNonNull(p.approval()).expiresAfter()),
        requireNonNull(retain.deleteOnlyInWindows()),
        factor == null
            ? OptionalInt.empty()
            : OptionalInt.of(atLeast("spec.dedicated.replicationFactor", factor, 1)),
        common(
            requireNonNull(p.verify()),
            retain,
            dedicated,
            requireNonNull(p.demotion()),
            p.snapshots()));
  }

  private static MoveSettings common(
      TierPolicySpec.Verify verify,
      TierPolicySpec.Retain retain,
      TierPolicySpec.Dedicated dedicated,
      DemotionSpec demotion,
      TierPolicySpec.@Nullable Snapshots snapshots) {
    return new MoveSettings(
        verification(verify),
        Duration.ZERO,
        duration("spec.retain.sourceFor", retain.sourceFor()),
        atLeast("spec.retain.deleteBatch", requireNonNull(retain.deleteBatch()), 1),
        1,
        switch (requireNonNull(dedicated.placement())) {
          case WithFallback -> Placement.WITH_FALLBACK;
          case LeastLoaded -> Placement.LEAST_LOADED;
        },
        demotion(demotion),
        Duration.ZERO,
        snapshots(snapshots, requireNonNull(demotion.snapshotFirst())));
  }

  /** @param first the former field, which means the same as {@code beforeDemotion} */
  private static MoveSettings.Snapshots snapshots(
      TierPolicySpec.@Nullable Snapshots snapshots, boolean first) {
    if (snapshots == null) {
      return first
          ? new MoveSettings.Snapshots(
              true, false, duration("spec.snapshots.keepFor", PolicyDefaults.SNAPSHOT_KEEP_FOR))
          : MoveSettings.Snapshots.NONE;
    }
    return new MoveSettings.Snapshots(
        first || requireNonNull(snapshots.beforeDemotion()),
        requireNonNull(snapshots.beforeCleanup()),
        duration("spec.snapshots.keepFor", snapshots.keepFor()));
  }

  private static MoveSettings.Verification verification(TierPolicySpec.Verify verify) {
    return new MoveSettings.Verification(
        switch (requireNonNull(verify.level())) {
          case Ids -> VerifyLevel.IDS;
          case Content -> VerifyLevel.CONTENT;
        },
        atLeast("spec.verify.searchProbes", requireNonNull(verify.searchProbes()), 0),
        DecimalText.parse(
            "spec.verify.minTopKOverlap", requireNonNull(verify.minTopKOverlap()), 0, 1));
  }

  private static MoveSettings.Demotion demotion(DemotionSpec demotion) {
    return new MoveSettings.Demotion(
        switch (requireNonNull(demotion.strategy())) {
          case Freeze -> DemotionStrategy.FREEZE;
          case Fence -> DemotionStrategy.FENCE;
          case Never -> DemotionStrategy.NEVER;
        },
        duration("spec.demotion.quietFor", demotion.quietFor()),
        duration("spec.demotion.maxWait", demotion.maxWait()),
        switch (requireNonNull(demotion.whenBusy())) {
          case GiveUp -> WhenBusy.GIVE_UP;
          case Proceed -> WhenBusy.PROCEED;
        },
        fence(demotion));
  }

  private static @Nullable Fence fence(DemotionSpec demotion) {
    DemotionSpec.Fence fence = demotion.fence();
    FenceBy by = fence == null ? null : fence.by();
    if (fence == null || by == null) {
      if (demotion.strategy() == DemotionSpec.Strategy.Fence) {
        throw new InvalidValueException(
            "spec.demotion.fence", "absent", "by: Webhook, Token or Manual, for strategy Fence");
      }
      return null;
    }
    return switch (by) {
      case Webhook ->
        new Fence.Webhook(
            address(fence.url()), duration("spec.demotion.fence.timeout", fence.timeout()));
      case Token -> token(fence.token());
      case Manual -> new Fence.Manual();
    };
  }

  private static URI address(@Nullable String url) {
    if (url == null) {
      throw new InvalidValueException(
          "spec.demotion.fence.url", "absent", "an address, for by: Webhook");
    }
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("spec.demotion.fence.url", "'" + url + "'", "an address");
    }
  }

  private static Fence.Token token(@Nullable FenceToken token) {
    String collection = token == null ? null : token.collection();
    String point = token == null ? null : token.pointId();
    if (collection == null || point == null) {
      throw new InvalidValueException(
          "spec.demotion.fence.token", "absent", "collection and pointId, for by: Token");
    }
    return new Fence.Token(collection, point(point));
  }

  private static PointId point(String text) {
    try {
      return PointId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException(
          "spec.demotion.fence.token.pointId",
          "'" + text + "'",
          "a UUID or an unsigned 64-bit number");
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
