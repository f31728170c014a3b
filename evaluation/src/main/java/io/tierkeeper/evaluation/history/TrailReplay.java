package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CheckpointData;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.ForeignMoverData;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MoveData;
import io.tierkeeper.audit.PauseData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.ProvisionData;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.CompositionSets;
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
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Computes each measurement and each decision of a trail again, from what the trail says it was computed from, with the
 * code that the operator runs; lines are to be given in their order, those of a trail after its policy lines.
 *
 * <p>A difference does not spread: what follows it is computed from the next Full on.
 */
public final class TrailReplay {

  private static final String SUBJECT = "tenant/";

  private final Map<String, Trail> trails = new HashMap<>();
  private final Evaluator evaluator = new Evaluator();
  private final DecisionChain chain = new DecisionChain();
  private final List<Difference> differences = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private final BiConsumer<AuditLine, Evaluation> reproduced;
  private long decisions;
  private long decisionsReproduced;
  private long measurements;
  private long measurementsReproduced;

  public TrailReplay() {
    this((line, evaluation) -> {});
  }

  /** @param each gets each measurement line that comes out again, with what was computed */
  public TrailReplay(BiConsumer<AuditLine, Evaluation> each) {
    reproduced = each;
  }

  /** What one trail has recorded so far. */
  private static final class Trail {
    private final RecordedPolicies policies = new RecordedPolicies();
    private final CompositionSets sets = new CompositionSets();
    private RecordedComposition before = RecordedComposition.EMPTY;
    private @Nullable RecordedComposition state;
    private String whyUnknown =
        "the trail begins behind what it was computed from: give the earlier files too";
    /** Whether the next Full need not be the state so far. */
    private boolean resumed = true;

    private @Nullable Map<String, RegimeEvaluation> rows;
    private @Nullable Policy rules;
    private final Map<String, Map<String, RegimeEvaluation>> quiet = new HashMap<>();

    /** Until the next Full nothing can be computed. */
    void lose(String why) {
      state = null;
      whyUnknown = why;
      rows = null;
      rules = null;
      quiet.clear();
    }
  }

  /** Takes in the next line. */
  public void take(AuditLine line) {
    Trail trail = trails.computeIfAbsent(line.source(), source -> new Trail());
    switch (line.data()) {
      case PolicyData policy -> policy(trail, line, policy);
      case GapData gap -> gap(trail, gap);
      case CompositionData part -> composition(trail, line, part);
      case MeasurementData measurement -> measurement(trail, line, measurement);
      case DecisionData decision -> decision(trail, line, decision);
      case UnreadableData unreadable -> unreadable(trail, line, unreadable);
      case ApprovalData other -> {}
      case RetentionData other -> {}
      case ProvisionData other -> {}
      case MoveData other -> {}
      case PauseData other -> {}
      case ForeignMoverData other -> {}
      case CheckpointData other -> {}
    }
  }

  /** How it went so far. */
  public ReplayReport report() {
    return new ReplayReport(
        decisions, decisionsReproduced, measurements, measurementsReproduced, differences, skipped);
  }

  private void policy(Trail trail, AuditLine line, PolicyData policy) {
    String other = trail.policies.take(policy);
    if (other != null) {
      differ(line, "policy.hash", policy.policy().hash(), other);
    }
  }

  private static void gap(Trail trail, GapData data) {
    switch (data.gap().reason()) {
      case TRAIL_ELSEWHERE -> {
        trail.lose("the lines before it are elsewhere");
        trail.resumed = true;
      }
      // The operator continued from the line before the one that may not be on disk.
      case WRITE_FAILED -> trail.resumed = true;
      case RESTART, TORN_TAIL, CLOCK_JUMP, OTHER -> {
        // The operator continued from the last line, which the next Full shows.
      }
    }
  }

  private void unreadable(Trail trail, AuditLine line, UnreadableData data) {
    switch (data.type()) {
      case MEASUREMENT, COMPOSITION -> {
        measurements += data.type() == AuditType.MEASUREMENT ? 1 : 0;
        differ(line, "composition", "what the operator wrote", "refused: " + data.reason());
        trail.lose("a line before it cannot be read");
        trail.resumed = true;
      }
      case DECISION -> {
        decisions++;
        skip(line, new NotReplayable("it cannot be read: " + data.reason()));
      }
      case POLICY, GAP, APPROVAL, MOVE, RETENTION, PROVISION, PAUSE, FOREIGN_MOVER, CHECKPOINT ->
        skip(line, new NotReplayable("it cannot be read: " + data.reason()));
    }
  }

  // ---- measurements

  /** A Full shows that the operator continues from what the lines before it come to. */
  private void composition(Trail trail, AuditLine line, CompositionData part) {
    CompositionSets.Full all = trail.sets.take(part);
    if (all == null) {
      return;
    }
    RecordedComposition full;
    try {
      full = RecordedComposition.of(all);
    } catch (IllegalArgumentException e) {
      differ(line, "composition", "what the operator wrote", "refused: " + e.getMessage());
      trail.lose("a line before it cannot be read");
      return;
    }
    RecordedComposition computed = trail.state;
    if (computed != null && all.coherence() == null) {
      // A Full of the first release, from which a restart continues without what it lacks.
      computed = computed.withoutCoherence();
      trail.state = computed;
    }
    if (computed != null && !trail.resumed && !computed.equals(full)) {
      compare(line, full, computed);
    }
    if (computed == null || !computed.equals(full)) {
      trail.lose("the measurement that it was taken from cannot be computed again");
      trail.before = full;
      trail.state = full;
    }
    trail.resumed = false;
  }

  private void compare(AuditLine line, RecordedComposition full, RecordedComposition computed) {
    Map<String, RecordedComposition.Tenant> others = new TreeMap<>();
    computed.tenants().forEach(tenant -> others.put(tenant.name(), tenant));
    for (RecordedComposition.Tenant tenant : full.tenants()) {
      RecordedComposition.Tenant other = others.remove(tenant.name());
      if (!tenant.equals(other)) {
        differ(line, "composition." + tenant.name(), tenant.toString(), String.valueOf(other));
      }
    }
    others.forEach(
        (name, other) -> differ(line, "composition." + name, "(absent)", other.toString()));
    if (!full.coherence().equals(computed.coherence())) {
      differ(
          line, "coherence", full.coherence().toString(), computed.coherence().toString());
    }
  }

  private void measurement(Trail trail, AuditLine line, MeasurementData data) {
    measurements++;
    trail.quiet.clear();
    trail.rows = null;
    trail.rules = null;
    CompositionSets.Change change = trail.sets.of(line, data);
    try {
      RecordedComposition state = trail.state;
      if (state == null) {
        throw new NotReplayable(trail.whyUnknown);
      }
      if (change == null) {
        throw new NotReplayable("parts of its composition are missing");
      }
      Policy rules = trail.policies.of(data.policy());
      RecordedComposition.Next next =
          state.next(evaluator, rules.parameters(), change, data.measurements(), line.time());
      int before = differences.size();
      compare(line, data, state, change, next);
      if (differences.size() > before) {
        trail.lose("a measurement before it came to something else");
        trail.resumed = true;
        return;
      }
      measurementsReproduced++;
      reproduced.accept(line, next.evaluation());
      trail.rows = byTenant(next.evaluation());
      trail.rules = rules;
      trail.before = state;
      trail.state = next.state();
    } catch (NotReplayable e) {
      skip(line, e);
      trail.lose(
          trail.state == null
              ? trail.whyUnknown
              : "a measurement before it cannot be computed again");
      trail.resumed = true;
    } catch (IllegalArgumentException e) {
      differ(line, "composition", "what the operator wrote", "refused: " + e.getMessage());
      trail.lose("a measurement before it cannot be computed again");
      trail.resumed = true;
    }
  }

  private void compare(
      AuditLine line,
      MeasurementData data,
      RecordedComposition before,
      CompositionSets.Change change,
      RecordedComposition.Next next) {
    MeasurementData again = MeasurementRecord.of(
        data.object(),
        data.policy(),
        data.collection(),
        data.metric(),
        next.evaluation(),
        next.state(),
        data.parts(),
        data.measurements(),
        line.time());
    compare(line, "tenantCount", data.tenantCount(), again.tenantCount());
    compare(line, "totalPoints", (double) data.totalPoints(), (double) again.totalPoints());
    compare(line, "top", EventJson.tree(data.top()), EventJson.tree(again.top()));
    compare(
        line,
        "summary",
        EventJson.tree(data.summary()),
        EventJson.tree(again.summary().asFarAs(data.summary())));
    compare(
        line,
        "dropped",
        EventJson.tree(Set.copyOf(change.dropped()).stream().sorted().toList()),
        EventJson.tree(before.tenants().stream()
            .map(RecordedComposition.Tenant::name)
            .filter(name -> next.state().find(name) == null)
            .toList()));
    if (!data.digest().equals(again.digest())) {
      differ(line, "digest", data.digest(), again.digest());
    }
  }

  // ---- decisions

  private void decision(Trail trail, AuditLine line, DecisionData data) {
    decisions++;
    String tenant = line.subject().startsWith(SUBJECT)
        ? line.subject().substring(SUBJECT.length())
        : line.subject();
    int before = differences.size();
    try {
      if (line.shortened()) {
        throw new NotReplayable("the line was too long, and parts of its data were left out");
      }
      Policy rules = trail.policies.of(data.policy());
      DecisionInput seen = DecisionRecord.read(tenant, data, rules);
      observation(trail, line, data.observation(), tenant, seen, rules);
      verdict(line, data, chain.decide(seen), rules);
      if (differences.size() == before) {
        decisionsReproduced++;
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
    RecordedComposition state = Objects.requireNonNull(trail.state);
    RecordedComposition memory = trail.before;
    if (written == null || !same(recorded, written)) {
      // A measurement that changes nothing leaves no line: it is computed from the last one again.
      for (Policy under : List.of(rules, trail.rules)) {
        RegimeEvaluation still = trail
            .quiet
            .computeIfAbsent(under.hash(), hash -> quiet(state, under))
            .get(tenant);
        if (still != null && same(recorded, still)) {
          numbers = still;
          memory = state;
        }
      }
    } else if (!window(memory, tenant).equals(window(recorded))) {
      // Nothing could be measured: the numbers are still those of the line.
      memory = state;
    }
    if (numbers == null) {
      throw new NotReplayable("the last measurement does not contain this tenant");
    }
    RecordedComposition.Tenant counted = state.find(tenant);
    DecisionData.Observation again = DecisionRecord.observation(
        counted == null ? 0 : counted.points(),
        state.totalPoints(),
        numbers,
        window(memory, tenant),
        // The number of measurements so far is an input of the decision, not computed from the
        // trail.
        recorded.samples(),
        seen);
    compare(line, "observation", EventJson.tree(recorded), EventJson.tree(again));
  }

  private Map<String, RegimeEvaluation> quiet(RecordedComposition state, Policy rules) {
    return byTenant(evaluator.evaluate(state.regimes(), rules.parameters()));
  }

  private static Map<String, RegimeEvaluation> byTenant(Evaluation evaluation) {
    Map<String, RegimeEvaluation> rows = new HashMap<>();
    evaluation.regimes().forEach(row -> rows.put(row.tenant(), row));
    return rows;
  }

  private static boolean same(DecisionData.Observation recorded, RegimeEvaluation row) {
    return recorded.dampedMass() == row.dampedMass() && recorded.alphaStar() == row.alphaStar();
  }

  private static Window window(RecordedComposition memory, String tenant) {
    RecordedComposition.Tenant known = memory.find(tenant);
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
