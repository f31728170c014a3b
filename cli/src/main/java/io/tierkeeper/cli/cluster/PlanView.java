package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.plan.MovePlanner;
import io.tierkeeper.operator.move.MovePlanning;
import io.tierkeeper.qdrant.TenantId;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A move that is planned, or would be: what it does and costs. The names of the components are those of the JSON.
 *
 * @param state the phase of the TierMove; where there is none, why there is none
 * @param tierMove null where no TierMove exists, so that the numbers are an estimate from the last measurement
 * @param earliest when it may begin by the rules of the policy, if that is known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PlanView(
    Subject subject,
    String state,
    @Nullable String tierMove,
    @Nullable String planHash,
    Cost cost,
    @Nullable List<String> steps,
    @Nullable String policy,
    @Nullable Map<String, String> inputs,
    @Nullable String earliest,
    @Nullable String message) {

  /** How long a move waits after a switch unless TIERKEEPER_SETTLE says otherwise. */
  private static final Duration SETTLE = Duration.ofSeconds(70);

  private static final Duration MOVE_DEADLINE = Duration.ofMinutes(5);

  /** Whom the move concerns. */
  record Subject(String namespace, String collection, String tenant, Direction direction) {}

  /** What it costs; null where it is not known before the operator has planned it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Cost(
      @Nullable Long points,
      @Nullable Long bytes,
      @Nullable Long estimatedSeconds,
      @Nullable List<String> peers,
      @Nullable Integer newSegments) {}

  /** The plan of a TierMove. */
  static PlanView of(TenantSubject subject, TierMove move) {
    TierMoveSpec spec = move.getSpec();
    TierMoveSpec.Plan plan = spec.plan();
    TierMoveStatus status = move.getStatus();
    TierMoveSpec.PlannedBy by = plan == null ? null : plan.policy();
    return new PlanView(
        subject(subject, Objects.requireNonNullElse(spec.direction(), Direction.Promote)),
        Reading.phase(move),
        move.getMetadata().getName(),
        spec.planHash(),
        plan == null
            ? new Cost(null, null, null, null, null)
            : new Cost(
                plan.points(),
                plan.bytes(),
                plan.estimatedSeconds(),
                plan.peers(),
                plan.newSegments()),
        plan == null ? null : plan.steps(),
        by == null ? null : by.name() + "/" + by.generation(),
        plan == null ? null : plan.inputs(),
        null,
        status == null ? null : status.message());
  }

  /**
   * What the operator would plan now, from the last measurement.
   *
   * @param rules the policy of the collection; null where it cannot be read
   * @param state why there is no TierMove
   */
  static PlanView estimate(
      TenantSubject subject,
      Direction direction,
      @Nullable Policy rules,
      String state,
      @Nullable String message) {
    Long points = subject.points();
    TieredCollection collection = subject.collection();
    if (rules == null || collection == null) {
      return new PlanView(
          subject(subject, direction),
          state,
          null,
          null,
          new Cost(points, null, null, null, null),
          null,
          null,
          null,
          earliest(subject),
          message);
    }
    Move move = MovePlanning.move(
        subject.tenant(),
        "",
        collection,
        TenantId.Kind.KEYWORD,
        TenantId.of(subject.tenant()),
        direction == Direction.Promote
            ? io.tierkeeper.governance.decision.Direction.PROMOTE
            : io.tierkeeper.governance.decision.Direction.DEMOTE,
        rules.moves().settings(SETTLE, MOVE_DEADLINE, 1));
    return new PlanView(
        subject(subject, direction),
        state,
        null,
        null,
        new Cost(
            points,
            null,
            points == null ? null : MovePlanner.estimatedSeconds(move, points),
            null,
            null),
        MovePlanner.steps(move).stream().map(MoveStep::apiName).toList(),
        rules.version(),
        null,
        earliest(subject),
        message);
  }

  private static Subject subject(TenantSubject subject, Direction direction) {
    return new Subject(subject.namespace(), subject.collectionName(), subject.tenant(), direction);
  }

  /** When the last of the gates opens that only wait for a time; null where one waits for something else. */
  static @Nullable String earliest(TenantSubject subject) {
    TenantTierStatus status = subject.status();
    if (status == null || status.gates() == null) {
      return null;
    }
    String latest = null;
    for (TenantTierStatus.Gate gate : status.gates()) {
      if (!Boolean.TRUE.equals(gate.met())) {
        if (gate.earliest() == null) {
          return null;
        }
        latest = latest == null || gate.earliest().compareTo(latest) > 0 ? gate.earliest() : latest;
      }
    }
    return latest;
  }

  /** Prints the plan for a person who has to decide about it. */
  void print(PrintWriter out, Instant now) {
    boolean promote = subject.direction() == Direction.Promote;
    out.println(subject.direction() + " tenant " + subject.tenant() + " of collection "
        + subject.collection() + " in namespace " + subject.namespace() + ": "
        + (promote
            ? "copies its points from the fallback to a shard key of its own, verifies, and then deletes the old copy."
            : "copies its points to the fallback, verifies, and then deletes its shard key."));
    line(
        out, "plan", tierMove == null ? "none yet (" + state + ")" : tierMove + " (" + state + ")");
    if (planHash != null) {
      line(out, "hash", planHash);
    }
    line(out, "points", Reading.count(cost.points()) + bytes());
    if (cost.estimatedSeconds() != null) {
      line(
          out,
          "duration",
          "about " + duration()
              + (tierMove == null ? ", estimated from the last measurement" : ""));
    }
    if (cost.peers() != null && !cost.peers().isEmpty()) {
      line(out, "peers", String.join(", ", cost.peers()));
    }
    if (cost.newSegments() != null) {
      line(
          out,
          "segments",
          cost.newSegments() < 0 ? -cost.newSegments() + " fewer" : cost.newSegments() + " more");
    }
    if (steps != null) {
      line(out, "steps", String.join(", ", steps));
    }
    if (policy != null) {
      line(out, "policy", policy);
    }
    if (inputs != null && !inputs.isEmpty()) {
      line(
          out,
          "inputs",
          String.join(
              ", ",
              inputs.entrySet().stream()
                  .map(input -> input.getKey() + "=" + input.getValue())
                  .sorted()
                  .toList()));
    }
    if (earliest != null) {
      line(out, "earliest", Reading.at(earliest, now));
    }
  }

  private String bytes() {
    return cost.bytes() == null || cost.bytes() == 0 ? "" : ", " + Reading.bytes(cost.bytes());
  }

  /** {@code 1m41s}, or {@code 24h1m41s with the retention of the old copy}. */
  String duration() {
    if (cost.estimatedSeconds() == null) {
      return "-";
    }
    return DurationText.format(Duration.ofSeconds(cost.estimatedSeconds()))
        + (steps != null && steps.contains("Retain") ? " with the retention of the old copy" : "");
  }

  private static void line(PrintWriter out, String name, String value) {
    out.println("  " + name + " ".repeat(Math.max(1, 10 - name.length())) + value);
  }

  /** The name of a collection's policy. */
  static String policyName(TieredCollection collection) {
    LocalReference reference = collection.getSpec().policyRef();
    return Reading.name(reference);
  }
}
