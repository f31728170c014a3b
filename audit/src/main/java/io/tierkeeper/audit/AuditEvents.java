package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The payloads, one method per type, so that whoever writes a line writes the same shape.
 *
 * <p>The shapes are published as JSON Schemas ({@link AuditType#schemaResource()}). {@code data.actor} is not here: the
 * log adds it. Numbers stay unrounded; an absent value is left out rather than null.
 */
public final class AuditEvents {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private AuditEvents() {}

  /**
   * The resource that a line is about.
   *
   * @param kind such as {@code TenantTier}
   * @param uid empty in a simulation
   */
  public record Resource(String kind, String namespace, String name, String uid, long generation) {
    ObjectNode json() {
      return JSON.objectNode()
          .put("kind", kind)
          .put("namespace", namespace)
          .put("name", name)
          .put("uid", uid)
          .put("generation", generation);
    }
  }

  /**
   * The policy in force.
   *
   * @param hash of its canonical spec, {@code sha256:…}: what a replay looks it up by
   */
  public record Policy(String name, long generation, String hash) {
    ObjectNode json() {
      return JSON.objectNode().put("name", name).put("generation", generation).put("hash", hash);
    }
  }

  /**
   * One tenant's row of a measurement.
   *
   * @param contribution what was normalised: points, or points times weight
   * @param tier {@code Fallback}, {@code Promoting}, {@code Dedicated} or {@code Demoting}
   * @param penalty P(s), the parts included
   * @param parts what each of the policy's own penalty terms adds, in the same order in each row
   */
  public record TenantRow(
      String tenant,
      long points,
      double contribution,
      String tier,
      double observedMass,
      double dampedMass,
      double alphaStar,
      double penalty,
      List<PenaltyPart> parts) {}

  /**
   * What one of the policy's own penalty terms adds for a tenant.
   *
   * @param value that was found for the tenant; null for none
   * @param usable whether the term knows the value, where there is one
   */
  public record PenaltyPart(String term, @Nullable String value, boolean usable, double penalty) {
    ObjectNode json() {
      ObjectNode json = JSON.objectNode().put("term", term);
      putIfPresent(json, "value", value);
      if (!usable) {
        json.put("usable", false);
      }
      return json.put("penalty", penalty);
    }
  }

  /** The numbers of the whole collection after an evaluation. */
  public record Summary(
      double coherence, double effectiveTenants, int tenantsToCover90, double discardedBudget) {}

  /**
   * What a decision saw of its tenant.
   *
   * @param penalty P(s), the parts included
   * @param tierPenalty P(s) without the parts
   * @param parts what each of the policy's own penalty terms adds
   * @param window recent damped masses, oldest first
   * @param samples measurements so far
   * @param age of the measurement
   */
  public record Observation(
      long points,
      long totalPoints,
      double observedMass,
      double dampedMass,
      double alphaStar,
      double penalty,
      double tierPenalty,
      List<PenaltyPart> parts,
      List<Double> window,
      long samples,
      Duration age) {
    ObjectNode json() {
      ObjectNode json = JSON.objectNode()
          .put("points", points)
          .put("totalPoints", totalPoints)
          .put("observedMass", observedMass)
          .put("dampedMass", dampedMass)
          .put("alphaStar", alphaStar)
          .put("penalty", penalty);
      if (!parts.isEmpty()) {
        json.put("tierPenalty", tierPenalty);
        json.set("penaltyTerms", penaltyTerms(parts));
      }
      json.set("window", array(window, JSON::numberNode));
      return json.put("samples", samples).put("ageMs", age.toMillis());
    }
  }

  /**
   * One rule's answer.
   *
   * @param current number or words, as is {@code required}
   * @param earliest when it may be met, if that is known
   */
  public record Gate(
      String name,
      JsonNode current,
      JsonNode required,
      boolean met,
      @Nullable Instant earliest) {

    /** A rule that compares numbers. */
    public static Gate ofNumbers(String name, double current, double required, boolean met) {
      return new Gate(name, JSON.numberNode(current), JSON.numberNode(required), met, null);
    }

    /** A rule that answers in words. */
    public static Gate ofWords(
        String name, String current, String required, boolean met, @Nullable Instant earliest) {
      return new Gate(name, JSON.textNode(current), JSON.textNode(required), met, earliest);
    }

    ObjectNode json() {
      ObjectNode json = JSON.objectNode().put("name", name);
      json.set("current", current);
      json.set("required", required);
      json.put("met", met);
      return earliest == null ? json : json.put("earliest", earliest.toString());
    }
  }

  /**
   * What was decided.
   *
   * @param from tier now
   * @param to tier after the action; the same for Hold
   * @param action {@code Promote}, {@code Demote} or {@code Hold}
   * @param outcome what follows, such as {@code AwaitingApproval}
   * @param reason a documented constant
   * @param planHash of the plan, where there is one
   * @param move name of the TierMove, where there is one
   */
  public record Verdict(
      String from,
      String to,
      String action,
      String outcome,
      String reason,
      @Nullable String planHash,
      @Nullable String move) {
    ObjectNode json() {
      ObjectNode json = JSON.objectNode()
          .put("from", from)
          .put("to", to)
          .put("action", action)
          .put("outcome", outcome)
          .put("reason", reason);
      putIfPresent(json, "planHash", planHash);
      putIfPresent(json, "move", move);
      return json;
    }
  }

  /** The six fields of the framework's trace report (artifact 3), by the names that its own tools read. */
  public record HufTrace(
      String itemId,
      List<String> regimePath,
      double rhoGlobalPost,
      String inputsRef,
      String methodRef,
      double discardedBudgetGlobal) {
    ObjectNode json() {
      ObjectNode json = JSON.objectNode().put("item_id", itemId);
      json.set("regime_path", array(regimePath, JSON::textNode));
      return json.put("rho_global_post", rhoGlobalPost)
          .put("inputs_ref", inputsRef)
          .put("method_ref", methodRef)
          .put("discarded_budget_global", discardedBudgetGlobal);
    }
  }

  /**
   * The whole composition after an evaluation, by columns: the k-th value of each belongs to the k-th tenant.
   *
   * @param collection the Qdrant collection
   * @param metric {@code Points} or {@code Weighted}
   */
  public static ObjectNode measurement(
      Resource object,
      Policy policy,
      String collection,
      String metric,
      List<TenantRow> rows,
      Summary summary) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    data.set("policy", policy.json());
    data.put("collection", collection).put("metric", metric);
    data.put("totalPoints", rows.stream().mapToLong(TenantRow::points).sum());
    ObjectNode columns = data.putObject("composition");
    columns.set("tenants", array(rows, row -> JSON.textNode(row.tenant())));
    columns.set("tiers", array(rows, row -> JSON.textNode(row.tier())));
    columns.set("points", array(rows, row -> JSON.numberNode(row.points())));
    columns.set("contribution", array(rows, row -> JSON.numberNode(row.contribution())));
    columns.set("observedMass", array(rows, row -> JSON.numberNode(row.observedMass())));
    columns.set("dampedMass", array(rows, row -> JSON.numberNode(row.dampedMass())));
    columns.set("alphaStar", array(rows, row -> JSON.numberNode(row.alphaStar())));
    columns.set("penalty", array(rows, row -> JSON.numberNode(row.penalty())));
    ArrayNode terms = penaltyColumns(rows.stream().map(TenantRow::parts).toList());
    if (!terms.isEmpty()) {
      columns.set("penaltyTerms", terms);
    }
    data.putObject("summary")
        .put("coherence", summary.coherence())
        .put("effectiveTenants", summary.effectiveTenants())
        .put("tenantsToCover90", summary.tenantsToCover90())
        .put("discardedBudget", summary.discardedBudget());
    return data;
  }

  /**
   * The parts of the penalties by columns, one object for each term.
   *
   * @param rows the parts of each tenant, the same terms in the same order in each
   */
  public static ArrayNode penaltyColumns(List<List<PenaltyPart>> rows) {
    ArrayNode terms = JSON.arrayNode();
    int count = rows.isEmpty() ? 0 : rows.getFirst().size();
    for (int i = 0; i < count; i++) {
      int at = i;
      ObjectNode term = terms.addObject().put("term", rows.getFirst().get(at).term());
      term.set(
          "values",
          array(
              rows,
              row -> row.get(at).value() == null
                  ? JSON.nullNode()
                  : JSON.textNode(row.get(at).value())));
      term.set("penalties", array(rows, row -> JSON.numberNode(row.get(at).penalty())));
    }
    return terms;
  }

  /** The parts of one tenant's penalty. */
  public static ArrayNode penaltyTerms(List<PenaltyPart> parts) {
    return array(parts, PenaltyPart::json);
  }

  /**
   * A verdict with everything it was taken from.
   *
   * @param mode {@code Off}, {@code Recommend}, {@code Approve} or {@code Auto}
   * @param input what else the rules saw, complete enough to take the decision again; left out when null
   */
  public static ObjectNode decision(
      Resource object,
      Policy policy,
      String mode,
      Observation observation,
      List<Gate> gates,
      Verdict verdict,
      HufTrace huf,
      @Nullable ObjectNode input) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    data.set("policy", policy.json());
    data.put("mode", mode);
    data.set("observation", observation.json());
    data.set("gates", array(gates, Gate::json));
    data.set("decision", verdict.json());
    data.set("huf", huf.json());
    if (input != null) {
      data.set("input", input);
    }
    return data;
  }

  /**
   * An approval.
   *
   * @param by the person, as the door knows them
   * @param door {@code TierMove} (the field) or {@code Git} (the list in TenantTier)
   * @param note their own words, such as a change number
   */
  public static ObjectNode approval(
      Resource object,
      String move,
      String planHash,
      String by,
      String door,
      @Nullable String note) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    ObjectNode approval = data.putObject("approval")
        .put("move", move)
        .put("planHash", planHash)
        .put("by", by)
        .put("door", door);
    putIfPresent(approval, "note", note);
    return data;
  }

  /**
   * Something that a move did or met.
   *
   * @param object the TierMove, whose name is the move's
   * @param direction {@code Promote} or {@code Demote}
   * @param step name of the step; null for an event of the whole move
   * @param attempt from 1; 0 for an event of the whole move
   * @param request what is, or was, sent to Qdrant; secrets, vectors and payloads are taken out
   * @param answer what came back, treated likewise
   * @param duration of the call or of the move
   * @param counts such as {@code points}, {@code compared}, {@code missing}
   */
  public static ObjectNode move(
      Resource object,
      String tenant,
      String direction,
      MoveEvent event,
      @Nullable String step,
      int attempt,
      @Nullable JsonNode request,
      @Nullable JsonNode answer,
      @Nullable Duration duration,
      Map<String, Long> counts) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    data.put("event", event.word());
    data.put("move", object.name());
    data.put("tenant", tenant).put("direction", direction);
    putIfPresent(data, "step", step);
    data.put("attempt", attempt);
    if (request != null) {
      data.set("request", Redaction.of(request));
    }
    if (answer != null) {
      data.set("answer", Redaction.of(answer));
    }
    if (duration != null) {
      data.put("durationMs", duration.toMillis());
    }
    if (!counts.isEmpty()) {
      ObjectNode numbers = data.putObject("counts");
      counts.forEach(numbers::put);
    }
    return data;
  }

  /**
   * A pause that began or ended.
   *
   * @param until when it ends by itself
   * @param directions {@code Promote}, {@code Demote}; empty means both
   */
  public static ObjectNode pause(
      Resource object,
      boolean began,
      String owner,
      String reason,
      Instant until,
      List<String> directions) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    data.putObject("pause")
        .put("event", began ? "began" : "ended")
        .put("owner", owner)
        .put("reason", reason)
        .put("until", until.toString())
        .set("directions", array(directions, JSON::textNode));
    return data;
  }

  /**
   * A policy that came into force.
   *
   * @param spec the whole spec with defaults filled in, whose canonical form has the policy's hash
   * @param previousHash of the policy in force before; null for the first
   */
  public static ObjectNode policy(
      Resource object, Policy policy, ObjectNode spec, @Nullable String previousHash) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    data.set("policy", policy.json());
    putIfPresent(data, "previousHash", previousHash);
    data.set("spec", spec);
    return data;
  }

  /**
   * Somebody else's shard transfer, or its end.
   *
   * @param began true when we begin to wait, false when the way is free again
   * @param detail such as the transfer's shard, peers and method
   */
  public static ObjectNode foreignMover(
      Resource object, boolean began, String detail, List<String> waitingMoves) {
    ObjectNode data = JSON.objectNode();
    data.set("object", object.json());
    data.putObject("foreignMover")
        .put("event", began ? "began" : "ended")
        .put("detail", detail)
        .set("waitingMoves", array(waitingMoves, JSON::textNode));
    return data;
  }

  private static void putIfPresent(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static <T> ArrayNode array(Collection<T> values, Function<T, ? extends JsonNode> toJson) {
    ArrayNode array = JSON.arrayNode(values.size());
    values.forEach(value -> array.add(toJson.apply(value)));
    return array;
  }
}
