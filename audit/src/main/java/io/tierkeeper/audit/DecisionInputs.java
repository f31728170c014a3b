package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules saw in addition to the masses; version 0.1.0 began without some of it. In the line all of it lies in
 * one object, without the groups of this record.
 *
 * @param now the instant of the decision
 * @param measuredAt the instant of the measurement
 * @param conditionSince since when the threshold has held without a break
 * @param tier as judged: moving also while a move only tidies up
 * @param pin {@code Auto}, {@code Fallback} or {@code Dedicated}
 * @param waitingFor another client's shard transfer
 */
public record DecisionInputs(
    @Nullable Instant now,
    @Nullable Instant measuredAt,
    @Nullable Instant conditionSince,
    @Nullable String tier,
    @Nullable String pin,
    @Nullable List<ActivePause> pauses,
    @Nullable String waitingFor,
    @JsonUnwrapped Moves moves,
    @JsonUnwrapped Window window,
    @JsonUnwrapped Costs costs,
    @JsonUnwrapped Thresholds thresholds) {

  /**
   * A pause in force.
   *
   * @param directions {@code Promote}, {@code Demote}; empty means both
   */
  public record ActivePause(String owner, String reason, Instant until, List<String> directions) {}

  /**
   * Moves under way and moves before.
   *
   * @param dedicatedCount tenants with a shard key of their own
   * @param recentMoves when moves of the tenant ended, oldest first
   */
  public record Moves(
      int dedicatedCount,
      int activeMoves,
      @Nullable LastMove lastMove,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Instant> recentMoves) {

    /** Without earlier moves the list is empty. */
    public Moves {
      recentMoves = recentMoves == null ? List.of() : List.copyOf(recentMoves);
    }
  }

  /**
   * The tenant's last move.
   *
   * @param direction {@code Promote} or {@code Demote}
   * @param outcome {@code SUCCEEDED} or {@code ABORTED}
   */
  public record LastMove(String direction, String outcome, Instant finishedAt) {}

  /** The maintenance window: whether it is open, and when that changes. */
  public record Window(boolean windowOpen, @Nullable Instant windowNextEdge) {}

  /** What a policy by cost band adds; both null for a policy by thresholds. */
  public record Costs(
      @Nullable Account costAccount, @Nullable MoveCosts moveCosts) {}

  /**
   * The accumulated cost of the tenant's tier.
   *
   * @param width of the band; null in lines of before bands could change
   */
  public record Account(
      double accumulated,
      double credit,
      double net,
      boolean dedicated,
      @Nullable Double width) {}

  /** What moves were measured to cost, by direction. */
  public record MoveCosts(MoveCost promotion, MoveCost demotion) {}

  /** Mean and deviation over so many moves. */
  public record MoveCost(int moves, double mean, double deviation) {}

  /** The tenant's own thresholds, as its TenantTier has them. */
  public record Thresholds(
      @Nullable JsonNode promote, @Nullable JsonNode demote) {}
}
