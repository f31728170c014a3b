package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvents;
import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.evaluation.history.ReplayReport.Difference;
import io.tierkeeper.evaluation.history.ReplayReport.Place;
import io.tierkeeper.evaluation.history.ReplayReport.Skipped;
import io.tierkeeper.evaluation.policy.PolicyRules;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionChain;
import io.tierkeeper.governance.decision.DecisionInput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** What one trail has told so far. */
  private static final class Trail {
    private final RecordedPolicies policies = new RecordedPolicies();
    private final RecordedComposition composition = new RecordedComposition();
    private final Depth depth;
    private @Nullable Map<String, RegimeEvaluation> rows;
    private @Nullable PolicyRules rules;
    private final Map<String, Map<String, RegimeEvaluation>> quiet = new HashMap<>();

    private boolean restarted;

    Trail(AuditLine first) {
      depth = new Depth(first.sequence() == 1);
    }

    void follow(AuditLine line, int window) {
      composition.follow(line, window);
      depth.line(window);
    }
  }

  /** Takes in the next line. */
  public void take(AuditLine line) {
    Trail trail = trails.computeIfAbsent(line.source(), source -> new Trail(line));
    switch (line.type()) {
      case POLICY -> policy(trail, line);
      case GAP -> gap(trail, line);
      case MEASUREMENT -> measurement(trail, line);
      case DECISION -> decision(trail, line);
      case APPROVAL, MOVE, PAUSE, FOREIGN_MOVER, CHECKPOINT -> {
        // They are not computed from anything.
      }
    }
  }

  /** How it went so far. */
  public ReplayReport report() {
    return new ReplayReport(
        decisions, reproduced, measurements, measurementsReproduced, differences, skipped);
  }

  private void policy(Trail trail, AuditLine line) {
    String other = trail.policies.take(line);
    if (other != null) {
      differ(line, "policy.hash", line.data().path("policy").path("hash").asText(), other);
    }
  }

  private static void gap(Trail trail, AuditLine line) {
    switch (line.data().path("gap").path("reason").asText()) {
      case "Restart" -> trail.restarted = true;
      case "TrailElsewhere" -> {
        trail.composition.forget();
        trail.depth.beginning();
        trail.restarted = false;
        trail.rows = null;
      }
      default -> {
        // The operator went on with what it remembered.
      }
    }
  }

  // ---- measurements

  private void measurement(Trail trail, AuditLine line) {
    measurements++;
    trail.quiet.clear();
    trail.rows = null;
    trail.rules = null;
    try {
      PolicyRules rules = trail.policies.of(line);
      if (trail.restarted) {
        trail.composition.restart(rules.parameters().window());
        trail.depth.restart(rules.parameters().window());
        trail.restarted = false;
      }
      if (!trail.depth.enough()) {
        throw new NotReplayable(
            "the trail begins behind what it was computed from: give the earlier files too");
      }
      PenaltyRecord.requireTold(
          line.data().path("composition"), rules.parameters().terms());
      Evaluation evaluation =
          evaluator.evaluate(trail.composition.regimes(line), rules.parameters());
      trail.rows = byTenant(evaluation);
      trail.rules = rules;
      int before = differences.size();
      compareColumns(line, evaluation);
      if (differences.size() == before) {
        measurementsReproduced++;
      }
      trail.follow(line, rules.parameters().window());
    } catch (NotReplayable e) {
      skip(line, e);
      trail.follow(line, window(trail, line));
    } catch (IllegalArgumentException e) {
      differ(line, "composition", "what the operator wrote", "refused: " + e.getMessage());
      trail.composition.forget();
    }
  }

  private static int window(Trail trail, AuditLine line) {
    try {
      return trail.policies.of(line).parameters().window();
    } catch (NotReplayable e) {
      return RecordedComposition.LINES_READ;
    }
  }

  private void compareColumns(AuditLine line, Evaluation evaluation) {
    JsonNode columns = line.data().path("composition");
    int rows = columns.path("tenants").size();
    if (rows != evaluation.regimes().size()) {
      differ(
          line, "composition.tenants", rows + " tenants", evaluation.regimes().size() + " tenants");
      return;
    }
    boolean unweighted = line.data().path("metric").asText().equals("Points");
    long total = 0;
    for (int i = 0; i < rows; i++) {
      RegimeEvaluation row = evaluation.regimes().get(i);
      String at = "[" + i + "]";
      String tenant = columns.path("tenants").path(i).asText();
      if (!tenant.equals(row.tenant())) {
        differ(line, "composition.tenants" + at, tenant, row.tenant());
        return;
      }
      total += columns.path("points").path(i).asLong();
      if (unweighted) {
        compare(line, columns, "points", i, row.contribution());
      }
      compare(line, columns, "observedMass", i, row.observedMass());
      compare(line, columns, "dampedMass", i, row.dampedMass());
      compare(line, columns, "alphaStar", i, row.alphaStar());
      compare(line, columns, "penalty", i, row.penalty().total());
    }
    compare(
        line,
        "composition.penaltyTerms",
        columns.path("penaltyTerms"),
        absentIfEmpty(AuditEvents.penaltyColumns(evaluation.regimes().stream()
            .map(row -> PenaltyRecord.parts(row.penalty()))
            .toList())));
    compare(line, "totalPoints", line.data().path("totalPoints"), number(total));
    JsonNode summary = line.data().path("summary");
    compare(
        line,
        "summary.coherence",
        summary.path("coherence"),
        number(evaluation.summary().coherence()));
    compare(
        line,
        "summary.effectiveTenants",
        summary.path("effectiveTenants"),
        number(evaluation.summary().effectiveTenants()));
    compare(
        line,
        "summary.tenantsToCover90",
        summary.path("tenantsToCover90"),
        number(evaluation.summary().tenantsToCover90()));
    compare(
        line,
        "summary.discardedBudget",
        summary.path("discardedBudget"),
        number(evaluation.summary().discardedBudget()));
  }

  private void compare(AuditLine line, JsonNode columns, String column, int row, double value) {
    compare(
        line,
        "composition." + column + "[" + row + "]",
        columns.path(column).path(row),
        number(value));
  }

  // ---- decisions

  private void decision(Trail trail, AuditLine line) {
    decisions++;
    String tenant = line.subject().startsWith(SUBJECT)
        ? line.subject().substring(SUBJECT.length())
        : line.subject();
    int before = differences.size();
    try {
      PolicyRules rules = trail.policies.of(line);
      DecisionInput seen = DecisionRecord.read(tenant, line.data(), rules);
      observation(trail, line, tenant, seen, rules);
      verdict(line, chain.decide(seen), rules);
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
      Trail trail, AuditLine line, String tenant, DecisionInput seen, PolicyRules rules)
      throws NotReplayable {
    if (trail.rows == null || trail.rules == null) {
      throw new NotReplayable("the measurement that it was taken from cannot be computed again");
    }
    JsonNode recorded = line.data().path("observation");
    RegimeEvaluation written = trail.rows.get(tenant);
    RegimeEvaluation numbers = written;
    Map<String, RecordedComposition.Tenant> memory = trail.composition.before();
    if (written == null || !same(recorded, written)) {
      // A measurement that changes nothing leaves no line: it is computed from the last one again.
      for (PolicyRules under : List.of(rules, trail.rules)) {
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
      throw new NotReplayable("the last measurement does not tell of this tenant");
    }
    compare(
        line,
        "observation.observedMass",
        recorded.path("observedMass"),
        number(numbers.observedMass()));
    compare(
        line, "observation.dampedMass", recorded.path("dampedMass"), number(numbers.dampedMass()));
    compare(line, "observation.alphaStar", recorded.path("alphaStar"), number(numbers.alphaStar()));
    compare(
        line,
        "observation.penalty",
        recorded.path("penalty"),
        number(numbers.penalty().total()));
    if (!numbers.penalty().terms().isEmpty()) {
      compare(
          line,
          "observation.tierPenalty",
          recorded.path("tierPenalty"),
          number(numbers.penalty().tier()));
    }
    compare(
        line,
        "observation.penaltyTerms",
        recorded.path("penaltyTerms"),
        absentIfEmpty(AuditEvents.penaltyTerms(PenaltyRecord.parts(numbers.penalty()))));
    ArrayNode window = JsonNodeFactory.instance.arrayNode();
    for (double mass : window(memory, tenant).toArray()) {
      window.add(mass);
    }
    compare(line, "observation.window", recorded.path("window"), window);
    RecordedComposition.Tenant counted = trail.composition.tenants().get(tenant);
    compare(
        line,
        "observation.points",
        recorded.path("points"),
        number(counted == null ? 0 : counted.points()));
    compare(
        line,
        "observation.totalPoints",
        recorded.path("totalPoints"),
        number(trail.composition.tenants().values().stream()
            .mapToLong(RecordedComposition.Tenant::points)
            .sum()));
    compare(line, "observation.ageMs", recorded.path("ageMs"), number(age(seen).toMillis()));
  }

  /** How old the measurement is; one that was taken while the evaluation ran is new. */
  public static Duration age(DecisionInput seen) {
    Duration age =
        Duration.between(java.util.Objects.requireNonNull(seen.measured().at()), seen.now());
    return age.isNegative() ? Duration.ZERO : age;
  }

  private Map<String, RegimeEvaluation> quiet(Trail trail, PolicyRules rules) {
    return byTenant(evaluator.evaluate(trail.composition.regimes(), rules.parameters()));
  }

  private static Map<String, RegimeEvaluation> byTenant(Evaluation evaluation) {
    Map<String, RegimeEvaluation> rows = new HashMap<>();
    evaluation.regimes().forEach(row -> rows.put(row.tenant(), row));
    return rows;
  }

  private static boolean same(JsonNode recorded, RegimeEvaluation row) {
    return recorded.path("dampedMass").asDouble() == row.dampedMass()
        && recorded.path("alphaStar").asDouble() == row.alphaStar();
  }

  private static Window window(Map<String, RecordedComposition.Tenant> memory, String tenant) {
    RecordedComposition.Tenant known = memory.get(tenant);
    return known == null ? Window.empty() : known.window();
  }

  private static Window window(JsonNode recorded) {
    JsonNode masses = recorded.path("window");
    double[] window = new double[masses.size()];
    for (int i = 0; i < window.length; i++) {
      window[i] = masses.path(i).asDouble();
    }
    return Window.of(window);
  }

  private void verdict(AuditLine line, Decision decision, PolicyRules rules) {
    JsonNode data = line.data();
    compare(
        line,
        "mode",
        data.path("mode"),
        JsonNodeFactory.instance.textNode(rules.decisions().mode().label()));
    ObjectNode recorded = data.path("decision") instanceof ObjectNode node
        ? node.deepCopy()
        : JsonNodeFactory.instance.objectNode();
    recorded.remove(List.of("planHash", "move"));
    ObjectNode again = AuditEvents.decision(
        new AuditEvents.Resource("", "", "", "", 0),
        new AuditEvents.Policy("", 0, ""),
        "",
        new AuditEvents.Observation(0, 0, 0, 0, 0, 0, 0, List.of(), List.of(), 0, Duration.ZERO),
        DecisionRecord.gates(decision),
        DecisionRecord.verdict(
            decision, RecordedComposition.state(recorded.path("from").asText()), null, null),
        new AuditEvents.HufTrace("", List.of(), 0, "", "", 0),
        null);
    compare(line, "decision", recorded, again.path("decision"));
    compare(line, "gates", data.path("gates"), again.path("gates"));
  }

  // ---- comparing

  private void compare(AuditLine line, String field, JsonNode recorded, JsonNode again) {
    if (recorded.isObject() && again.isObject()) {
      java.util.Set<String> names = new java.util.TreeSet<>();
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

  private static JsonNode absentIfEmpty(ArrayNode nodes) {
    return nodes.isEmpty() ? MissingNode.getInstance() : nodes;
  }

  private static JsonNode number(double value) {
    return JsonNodeFactory.instance.numberNode(value);
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
