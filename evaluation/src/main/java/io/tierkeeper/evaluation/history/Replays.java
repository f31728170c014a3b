package io.tierkeeper.evaluation.history;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.evaluation.policy.Policy;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Plays whole trails under another policy, in two readings: the first with {@link #look}, the second with {@link #play}.
 */
public final class Replays {

  private final Policy given;
  private final Policy moving;
  private final boolean allTenants;
  private final boolean everyTick;
  private final Map<String, RecordedWorld> worlds = new TreeMap<>();
  private final Map<String, WhatIf> plays = new TreeMap<>();

  /**
   * Prepares it.
   *
   * @param other the policy
   * @param allTenants whether tenants may move that had no TenantTier
   */
  public Replays(Policy other, boolean allTenants) {
    // What a cost band remembers changes with time alone.
    this(other, allTenants, other.decisions().costBand() != null);
  }

  Replays(Policy other, boolean allTenants, boolean everyTick) {
    given = other;
    moving = moving(given);
    this.allTenants = allTenants;
    this.everyTick = everyTick;
  }

  /** A policy that only advises, as if its advice were followed. */
  private static Policy moving(Policy rules) {
    TierPolicySpec s = rules.spec();
    return switch (Objects.requireNonNull(s.mode())) {
      case Approve, Auto -> rules;
      case Off, Recommend -> {
        TierPolicy policy = new TierPolicy();
        policy.setMetadata(new ObjectMetaBuilder()
            .withName(rules.name())
            .withGeneration(rules.generation())
            .build());
        policy.setSpec(new TierPolicySpec(
            TierPolicySpec.Mode.Approve,
            s.approval(),
            s.mass(),
            s.damping(),
            s.decision(),
            s.promote(),
            s.demote(),
            s.costBand(),
            s.cooldown(),
            s.flapBudget(),
            s.limits(),
            s.schedule(),
            s.windows(),
            s.verify(),
            s.retain(),
            s.dedicated(),
            s.demotion(),
            s.snapshots()));
        yield Policy.read(policy);
      }
    };
  }

  /** First reading. */
  public void read(AuditLine line) {
    worlds.computeIfAbsent(line.source(), source -> new RecordedWorld()).take(line);
  }

  /**
   * Second reading.
   *
   * @throws IllegalArgumentException when the line does not carry what is needed, naming file and line
   */
  public void play(AuditLine line) {
    WhatIf play = plays.computeIfAbsent(
        line.source(),
        source ->
            new WhatIf(moving, Objects.requireNonNull(worlds.get(source)), allTenants, everyTick));
    try {
      play.take(line);
    } catch (NotReplayable e) {
      throw new IllegalArgumentException(
          line.file() + ": line " + line.line() + ": " + e.getMessage(), e);
    }
  }

  /** What came of it, by trail. */
  public Map<String, WhatIfReport> reports() {
    Map<String, WhatIfReport> reports = new TreeMap<>();
    plays.forEach((source, play) -> {
      play.finish();
      reports.put(source, play.report(given));
    });
    return reports;
  }
}
