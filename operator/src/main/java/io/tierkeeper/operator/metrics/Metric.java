package io.tierkeeper.operator.metrics;

/** The operator's own metrics; docs/metrics.md and the help texts of scrapes are made of them. */
public enum Metric {
  TENANT_MASS("tierkeeper.tenant.mass", Unit.SHARE, "Share of the tenant after damping."),
  TENANT_OBSERVED_MASS(
      "tierkeeper.tenant.observed.mass", Unit.SHARE, "Share of the tenant before damping."),
  TENANT_ALPHA_STAR(
      "tierkeeper.tenant.alpha.star",
      Unit.SHARE,
      "Part of the last damped share that the damping of the tenant keeps."),
  TENANT_PENALTY(
      "tierkeeper.tenant.penalty", Unit.NUMBER, "Penalty of the tenant in its present tier."),
  TENANT_POINTS("tierkeeper.tenant.points", Unit.POINTS, "Points of the tenant."),
  TENANT_THRESHOLD(
      "tierkeeper.tenant.threshold",
      Unit.SHARE,
      "Share above which the tenant is promoted, or below which it is demoted; absent without a threshold on the share, or with decision CostBand."),
  TENANT_TIER("tierkeeper.tenant.tier", Unit.FLAG, "1 for the tier that the tenant is in."),
  TENANT_MOVE(
      "tierkeeper.tenant.move",
      Unit.FLAG,
      "1 while the tenant has an open move; at most 20 series of a collection, for the moves that have begun first."),
  TENANT_MOVE_APPROVED(
      "tierkeeper.tenant.move.approved.timestamp.seconds",
      Unit.TIMESTAMP,
      "Time at which the open move was approved."),
  TENANTS("tierkeeper.tenants", Unit.TENANTS, "Tenants in each tier."),
  DEDICATED_LIMIT("tierkeeper.dedicated.limit", Unit.TENANTS, "limits.maxDedicated of the policy."),
  FLAPPING_TENANTS(
      "tierkeeper.flapping.tenants",
      Unit.TENANTS,
      "Tenants that would be moved if their flap budget were not exhausted."),
  COHERENCE(
      "tierkeeper.coherence",
      Unit.SHARE,
      "Similarity of the composition to that of the last evaluation; 1 without a change."),
  COHERENCE_PRODUCT(
      "tierkeeper.coherence.product",
      Unit.SHARE,
      "Product of the coherence of the evaluations of the last hour (window 1h) or day (24h), by intervals of five minutes."),
  TIER_MASS(
      "tierkeeper.tier.mass",
      Unit.SHARE,
      "Shares after damping of the tenants of a tier together; one that is being promoted counts for the fallback, one that is being demoted for the dedicated tier."),
  POINTS("tierkeeper.points", Unit.POINTS, "Points of all tenants of the collection."),
  EFFECTIVE_TENANTS(
      "tierkeeper.effective.tenants",
      Unit.NUMBER,
      "Number of tenants of equal share that would be as evenly spread: exp of the entropy of the shares after damping."),
  TENANTS_TO_COVER_90(
      "tierkeeper.tenants.to.cover.90",
      Unit.TENANTS,
      "Number of the biggest tenants that together have 90 % of the collection."),
  EVALUATION("tierkeeper.evaluation.seconds", Unit.SECONDS, "Duration of evaluations."),
  MEASUREMENT_AGE(
      "tierkeeper.measurement.age.seconds",
      Unit.SECONDS,
      "Time since the last measurement, or since this leader first wanted one."),
  MEASUREMENT_STALE_AFTER(
      "tierkeeper.measurement.stale.after.seconds",
      Unit.SECONDS,
      "mass.staleAfter of the policy; absent while the collection is suspended."),
  MOVES_OPEN("tierkeeper.moves.open", Unit.MOVES, "Moves that have not ended."),
  MOVE_OPEN_AGE("tierkeeper.move.open.age.seconds", Unit.SECONDS, "Age of the oldest open move."),
  MOVES_STALLED(
      "tierkeeper.moves.stalled",
      Unit.MOVES,
      "Moves that need manual intervention; each reason has a page in docs/runbooks/README.md."),
  MOVE_STALLED_AGE(
      "tierkeeper.move.stalled.age.seconds",
      Unit.SECONDS,
      "Time for which the first of the stalled moves has been stalled."),
  APPROVAL_EXPIRY(
      "tierkeeper.approval.expiry.timestamp.seconds",
      Unit.TIMESTAMP,
      "Time at which the first plan that waits for approval expires or is renewed."),
  MOVES(
      "tierkeeper.moves",
      Unit.MOVES,
      "Ended moves; outcome AbortRequested is an abort that was wanted, Aborted one that was not."),
  MOVE("tierkeeper.move.seconds", Unit.SECONDS, "Duration of moves."),
  MOVE_POINTS("tierkeeper.move.points", Unit.POINTS, "Points of ended moves."),
  MOVE_WAITING_APPROVAL(
      "tierkeeper.move.waiting.approval.seconds",
      Unit.SECONDS,
      "How long plans waited for approval."),
  VERIFICATION_DIFFERENCES(
      "tierkeeper.verification.differences",
      Unit.POINTS,
      "Points that differed in ended moves; investigate any value above 0."),
  PAUSES_ACTIVE("tierkeeper.pauses.active", Unit.NUMBER, "Pauses in force."),
  PAUSE_END(
      "tierkeeper.pause.end.timestamp.seconds",
      Unit.TIMESTAMP,
      "Time at which the last pause of the owner ends."),
  SUSPENDED("tierkeeper.suspended", Unit.FLAG, "1 while spec.suspend of the collection is true."),
  FLAP_BUDGET_EXHAUSTED(
      "tierkeeper.flap.budget.exhausted",
      Unit.NUMBER,
      "Decisions against a move because the flap budget of the tenant was exhausted."),
  FOREIGN_MOVER_WAITING(
      "tierkeeper.foreign.mover.waiting",
      Unit.FLAG,
      "1 while moves wait because another client moves shards; NaN while the collection cannot be evaluated."),
  FALLBACK_BYTES(
      "tierkeeper.fallback.bytes",
      Unit.BYTES,
      "Size of the dense vectors of all points in the fallback; payloads and indexes come on top."),
  FALLBACK_PEER_MEMORY(
      "tierkeeper.fallback.peer.memory.bytes",
      Unit.BYTES,
      "Memory of the smallest peer that holds the fallback, as Qdrant reports it; absent without a limit."),
  AUDIT_SEQUENCE(
      "tierkeeper.audit.sequence", Unit.NUMBER, "Sequence of the last line of the audit trail."),
  AUDIT_HEALTHY(
      "tierkeeper.audit.healthy",
      Unit.FLAG,
      "1 while the audit trail is intact and writable; 0 stops moves."),
  AUDIT_BYTES(
      "tierkeeper.audit.bytes",
      Unit.BYTES,
      "Size of the audit trail; TIERKEEPER_AUDIT_KEEP_BYTES limits it."),
  AUDIT_FILES("tierkeeper.audit.files", Unit.NUMBER, "Files of the audit trail."),
  AUDIT_FREE(
      "tierkeeper.audit.free.bytes",
      Unit.BYTES,
      "Free space of the volume of the audit trail; 0 stops moves."),
  AUDIT_APPEND(
      "tierkeeper.audit.append.seconds",
      Unit.SECONDS,
      "Duration of appends to audit trails; each mutation waits for two."),
  API_REFUSED(
      "tierkeeper.api.refused",
      Unit.NUMBER,
      "Requests that the API server refused with 401 or 403; the probe names the last one."),
  LEADER("tierkeeper.leader", Unit.FLAG, "1 on the leader.");

  /** What one of a value is. */
  enum Unit {
    NUMBER("number"),
    FLAG("0 or 1"),
    SHARE("share, 0 to 1"),
    POINTS("points"),
    TENANTS("tenants"),
    MOVES("moves"),
    BYTES("bytes"),
    SECONDS("seconds"),
    TIMESTAMP("seconds since 1970");

    private final String words;

    Unit(String words) {
      this.words = words;
    }

    /** As the documentation has it. */
    String words() {
      return words;
    }
  }

  private final String id;
  private final Unit unit;
  private final String meaning;

  Metric(String id, Unit unit, String meaning) {
    this.id = id;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** Its name in Micrometer; a scrape has underscores, and {@code _total} at the end of a counter. */
  public String id() {
    return id;
  }

  /** Not passed to Micrometer, which would append it to the name. */
  Unit unit() {
    return unit;
  }

  /** In one sentence. */
  public String meaning() {
    return meaning;
  }
}
