package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.evaluation.history.ReplayReport.Difference;
import io.tierkeeper.evaluation.history.ReplayReport.Place;
import io.tierkeeper.evaluation.history.ReplayReport.Skipped;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionChain;
import io.tierkeeper.governance.decision.DecisionInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Computes each measurement and each decision of a trail again, from what the trail says it was computed from, with the
 * code that the operator runs; lines are to be given in their order, those of a trail after its policy lines.
 *
 * <p>A difference does not spread: the next line is computed from what was recorded, not from what came out.
 */
public final class TrailReplay {

  private static final String SUBJECT = "tenant/";

  private final Map<String, Trail> trails = new HashMap<>();
  private final Evaluator evaluator = new Evaluator();
  private final DecisionChain chain = new DecisionChain();
  private final List<Difference> differences = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private long decisions;
  private long reproduced;
  private long measurements;
  private long measurementsReproduced;

  /** What one trail has recorded so far. */
  private static final class Trail {
    private final RecordedPolicies policies = new RecordedPolicies();
    private final RecordedComposition composition = new RecordedComposition();
    private final Depth depth;
    private @Nullable Map<String, RegimeEvaluation> rows;
    private @Nullable Policy rules;
    private final Map<String, Map<String, RegimeEvaluation>> quiet = new HashMap<>();

    private boolean restarted;

    Trail(AuditLine first) {
      depth = new Depth(first.sequence() == 1);
    }

    void follow(MeasurementData data, int window) {
      composition.follow(data.composition(), window);
      depth.line(window);
    }
  }

  /** Takes in the next line. */
  public void take(AuditLine line) {
    Trail trail = trails.computeIfAbsent(line.source(), source -> new Trail(line));
    switch (line.data()) {
      case PolicyData policy -> policy(trail, line, policy);
      case GapData gap -> gap(trail, gap);
      case MeasurementData measurement -> measurement(trail, line, measurement);
      case DecisionData decision -> decision(trail, line, decision);
      case UnreadableData unreadable -> unreadable(trail, line, unreadable);
      case ApprovalData other -> {}
      case MoveData other -> {}
      case PauseData other -> {}
      case ForeignMoverData other -> {}
      case CheckpointData other -> {}
    }
  }

  /** How it went so far. */
  public ReplayReport report() {
    return new ReplayReport(
        decisions, reproduced, measurements, measurementsReproduced, differences, skipped);
  }

  private void policy(Trail trail, AuditLine line, PolicyData policy) {
    String other = trail.policies.take(policy);
    if (other != null) {
      differ(line, "policy.hash", policy.policy().hash(), other);
    }
  }

  private static void gap(Trail trail, GapData data) {
    switch (data.gap().reason()) {
      case RESTART -> trail.restarted = true;
      case TRAIL_ELSEWHERE -> {
        trail.composition.forget();
        trail.depth.beginning();
        trail.restarted = false;
        trail.rows = null;
      }
      case TORN_TAIL, WRITE_FAILED, CLOCK_JUMP, OTHER -> {
        // The operator continued with what it remembered.
      }
    }
  }

  private void unreadable(Trail trail, AuditLine line, UnreadableData data) {
    switch (data.type()) {
      case MEASUREMENT -> {
        measurements++;
        differ(line, "composition", "what the operator wrote", "refused: " + data.reason());
        trail.composition.forget();
        trail.quiet.clear();
        trail.rows = null;
        trail.rules = null;
      }
      case DECISION -> {
        decisions++;
        skip(line, new NotReplayable("it cannot be read: " + data.reason()));
      }
      case POLICY, GAP, APPROVAL, MOVE, PAUSE, FOREIGN_MOVER, CHECKPOINT ->
        skip(line, new NotReplayable("it cannot be read: " + data.reason()));
    }
  }

  // ---- measurements

  private void measurement(Trail trail, AuditLine line, MeasurementData data) {
    measurements++;
    trail.quiet.clear();
    trail.rows = null;
    trail.rules = null;
    try {
      Policy rules = trail.policies.of(data.policy());
      if (trail.restarted) {
        trail.composition.restart(rules.parameters().window());
        trail.depth.restart(rules.parameters().window());
        trail.restarted = false;
      }
      if (!trail.depth.enough()) {
        throw new NotReplayable(
            "the trail begins behind what it was computed from: give the earlier files too");
      }
      PenaltyRecord.requireRecorded(data.composition(), rules.parameters().terms());
      Evaluation evaluation =
          evaluator.evaluate(trail.composition.regimes(data.composition()), rules.parameters());
      trail.rows = byTenant(evaluation);
      trail.rules = rules;
      int before = differences.size();
      compareColumns(line, data, evaluation);
      if (differences.size() == before) {
        measurementsReproduced++;
      }
      trail.follow(data, rules.parameters().window());
    } catch (NotReplayable e) {
      skip(line, e);
      trail.follow(data, window(trail, data));
    } catch (IllegalArgumentException e) {
      differ(line, "composition", "what the operator wrote", "refused: " + e.getMessage());
      trail.composition.forget();
    }
  }

  private static int window(Trail trail, MeasurementData data) {
    try {
      return trail.policies.of(data.policy()).parameters().window();
    } catch (NotReplayable e) {
      return RecordedComposition.LINES_READ;
    }
  }

  private void compareColumns(AuditLine line, MeasurementData data, Evaluation evaluation) {
    MeasurementData.Composition columns = data.composition();
    if (columns.size() != evaluation.regimes().size()) {
      differ(
          line,
          "composition.tenants",
          columns.size() + " tenants",
          evaluation.regimes().size() + " tenants");
      return;
    }
    // An evaluation by weight does not know the points: they are compared with themselves.
    boolean unweighted = data.metric().equals("Points");
    MeasurementData again = MeasurementRecord.of(
        data.object(),
        data.policy(),
        data.collection(),
        data.metric(),
        evaluation,
        recordedPoints(columns));
    MeasurementData.Composition computed = again.composition();
    for (int i = 0; i < columns.size(); i++) {
      String at = "[" + i + "]";
      if (!columns.tenants().get(i).equals(computed.tenants().get(i))) {
        differ(
            line,
            "composition.tenants" + at,
            columns.tenants().get(i),
            computed.tenants().get(i));
        return;
      }
      if (unweighted) {
        compare(
            line,
            "composition.points" + at,
            columns.points().get(i).doubleValue(),
            computed.contribution().get(i));
      }
      compare(
          line,
          "composition.observedMass" + at,
          columns.observedMass(),
          computed.observedMass(),
          i);
      compare(line, "composition.dampedMass" + at, columns.dampedMass(), computed.dampedMass(), i);
      compare(line, "composition.alphaStar" + at, columns.alphaStar(), computed.alphaStar(), i);
      compare(line, "composition.penalty" + at, columns.penalty(), computed.penalty(), i);
    }
    compare(
        line,
        "composition.penaltyTerms",
        absentIfEmpty(columns.penaltyTerms()),
        absentIfEmpty(computed.penaltyTerms()));
    compare(line, "totalPoints", (double) data.totalPoints(), (double) again.totalPoints());
    compare(line, "summary", EventJson.tree(data.summary()), EventJson.tree(again.summary()));
  }

  private static ToLongFunction<String> recordedPoints(MeasurementData.Composition columns) {
    Map<String, Long> points = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      points.put(columns.tenants().get(i), columns.points().get(i));
    }
    return tenant -> points.getOrDefault(tenant, 0L);
  }

  private void compare(
      AuditLine line, String field, List<Double> recorded, List<Double> again, int row) {
    compare(line, field, (double) recorded.get(row), (double) again.get(row));
  }

  // ---- decisions

  private void decision(Trail trail, AuditLine line, DecisionData data) {
    decisions++;
    String tenant = line.subject().startsWith(SUBJECT)
        ? line.subject().substring(SUBJECT.length())
        : line.subject();
    int before = differences.size();
    try {
      Policy rules = trail.policies.of(data.policy());
      DecisionInput seen = DecisionRecord.read(tenant, data, rules);
      observation(trail, line, data.observation(), tenant, seen, rules);
      verdict(line, data, chain.decide(seen), rules);
      if (differences.size() == before) {
        reproduced++;
      }
    } catch (NotReplayable e) {
      skip(line, e);
    } catch (IllegalArgumentException e) {
      skip(line, new NotReplayable("it cannot be read: " + e.getMessage()));
    }
  }

  /** The masses that the decision saw, against those that come out of the trail's measurements. */
  private void observation(
      Trail trail,
      AuditLine line,
      DecisionData.Observation recorded,
      String tenant,
      DecisionInput seen,
      Policy rules)
      throws NotReplayable {
    if (trail.rows == null || trail.rules == null) {
      throw new NotReplayable("the measurement that it was taken from cannot be computed again");
    }
    RegimeEvaluation written = trail.rows.get(tenant);
    RegimeEvaluation numbers = written;
    Map<String, RecordedComposition.Tenant> memory = trail.composition.before();
    if (written == null || !same(recorded, written)) {
      // A measurement that changes nothing leaves no line: it is computed from the last one again.
      for (Policy under : List.of(rules, trail.rules)) {
        RegimeEvaluation still = trail
            .quiet
            .computeIfAbsent(under.hash(), hash -> quiet(trail, under))
            .get(tenant);
        if (still != null && same(recorded, still)) {
          numbers = still;
          memory = trail.composition.tenants();
        }
      }
    } else if (!window(memory, tenant).equals(window(recorded))) {
      // Nothing could be measured: the numbers are still those of the line.
      memory = trail.composition.tenants();
    }
    if (numbers == null) {
      throw new NotReplayable("the last measurement does not contain this tenant");
    }
    RecordedComposition.Tenant counted = trail.composition.tenants().get(tenant);
    DecisionData.Observation again = DecisionRecord.observation(
        counted == null ? 0 : counted.points(),
        trail.composition.tenants().values().stream()
            .mapToLong(RecordedComposition.Tenant::points)
            .sum(),
        numbers,
        window(memory, tenant),
        // The number of measurements so far is an input of the decision, not computed from the
        // trail.
        recorded.samples(),
        seen);
    compare(line, "observation", EventJson.tree(recorded), EventJson.tree(again));
  }

  private Map<String, RegimeEvaluation> quiet(Trail trail, Policy rules) {
    return byTenant(evaluator.evaluate(trail.composition.regimes(), rules.parameters()));
  }

  private static Map<String, RegimeEvaluation> byTenant(Evaluation evaluation) {
    Map<String, RegimeEvaluation> rows = new HashMap<>();
    evaluation.regimes().forEach(row -> rows.put(row.tenant(), row));
    return rows;
  }

  private static boolean same(DecisionData.Observation recorded, RegimeEvaluation row) {
    return recorded.dampedMass() == row.dampedMass() && recorded.alphaStar() == row.alphaStar();
  }

  private static Window window(Map<String, RecordedComposition.Tenant> memory, String tenant) {
    RecordedComposition.Tenant known = memory.get(tenant);
    return known == null ? Window.empty() : known.window();
  }

  private static Window window(DecisionData.Observation recorded) {
    return Window.of(recorded.window().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private void verdict(AuditLine line, DecisionData data, Decision decision, Policy rules) {
    String mode = rules.decisions().mode().label();
    if (!data.mode().equals(mode)) {
      differ(line, "mode", data.mode(), mode);
    }
    DecisionData.Verdict recorded = data.decision();
    // Plan and move follow from a decision, which does not see them.
    DecisionData.Verdict again = DecisionRecord.verdict(
        decision, RecordedComposition.state(recorded.from()), recorded.planHash(), recorded.move());
    compare(line, "decision", EventJson.tree(recorded), EventJson.tree(again));
    compare(
        line,
        "gates",
        EventJson.tree(data.gates()),
        EventJson.tree(DecisionRecord.gates(decision)));
  }

  // ---- comparing

  private void compare(AuditLine line, String field, JsonNode recorded, JsonNode again) {
    if (recorded.isObject() && again.isObject()) {
      Set<String> names = new TreeSet<>();
      recorded.fieldNames().forEachRemaining(names::add);
      again.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name -> compare(line, field + "." + name, recorded.path(name), again.path(name)));
    } else if (recorded.isArray() && again.isArray() && recorded.size() == again.size()) {
      for (int i = 0; i < recorded.size(); i++) {
        compare(line, field + "[" + i + "]", recorded.get(i), again.get(i));
      }
    } else if (recorded.isNumber() && again.isNumber()
        ? recorded.doubleValue() != again.doubleValue()
        : !recorded.equals(again)) {
      differ(line, field, text(recorded), text(again));
    }
  }

  private void compare(AuditLine line, String field, double recorded, double again) {
    if (recorded != again) {
      differ(line, field, text(recorded), text(again));
    }
  }

  private static String text(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private static JsonNode absentIfEmpty(List<?> values) {
    return values.isEmpty() ? MissingNode.getInstance() : EventJson.tree(values);
  }

  private static String text(JsonNode node) {
    return node.isMissingNode() ? "(absent)" : node.isValueNode() ? node.asText() : node.toString();
  }

  private void differ(AuditLine line, String field, String recorded, String again) {
    differences.add(new Difference(place(line), field, recorded, again));
  }

  private void skip(AuditLine line, NotReplayable reason) {
    skipped.add(new Skipped(place(line), String.valueOf(reason.getMessage())));
  }

  private static Place place(AuditLine line) {
    return new Place(line.file(), line.line(), line.time(), line.subject());
  }
}
