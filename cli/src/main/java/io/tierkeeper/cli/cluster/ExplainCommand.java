package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.cli.Table;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Explains the tier of a tenant, gate by gate. */
@Command(
    name = "explain",
    description = {
      "Explain the tier of a tenant, rule by rule.",
      "Shows its current values, what each rule requires, what would have to change for a move and when at the earliest, and the last decisions. Works for tenants without a TenantTier as well."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} explain acme")
public final class ExplainCommand extends ClusterVerb {

  private static final int DECISIONS = 10;

  @Parameters(paramLabel = "TENANT", description = "Tenant, or name of its TenantTier or TierMove.")
  String name = "";

  @Option(names = "--collection", paramLabel = "NAME", description = "Only this TieredCollection.")
  @Nullable
  String collection;

  @Override
  int run(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    Fleet fleet = Fleet.read(cluster, false);
    List<TenantSubject> found = fleet.find(name, collection);
    if (found.isEmpty()) {
      throw unknown(fleet, cluster.namespace());
    }
    Policies policies = new Policies(cluster);
    for (TenantSubject subject : found) {
      Policy rules = policies.of(subject.collection()).orElse(null);
      List<TenantTierStatus.Gate> gates = Explanation.gates(subject, rules);
      boolean promote = !subject.presentTier().equals("Dedicated");
      List<TenantTierStatus.Gate> obstacles = Explanation.obstacles(gates, rules, promote);
      List<Decisions.Entry> decisions = Decisions.of(cluster, subject, DECISIONS);
      if (output.structured()) {
        output.print(out, json(subject, gates, obstacles, decisions));
        continue;
      }
      if (subject.tier() != null) {
        print(out, subject.tier());
      } else {
        print(out, subject, gates);
      }
      changes(out, subject, gates, obstacles, promote);
      if (!decisions.isEmpty()) {
        out.println("  last decisions:");
        decisions.forEach(decision -> out.println("    " + decision.time() + "  "
            + decision.reason() + "  " + decision.subject() + ": " + decision.message()));
      }
    }
    return ExitCode.OK;
  }

  private FailureException unknown(Fleet fleet, String namespace) {
    if (fleet.collections().isEmpty()) {
      return new FailureException(
          "namespace " + namespace + " has no TieredCollection; -n chooses another namespace");
    }
    return new FailureException("tenant " + name + " is not known in namespace " + namespace
        + ": it has no TenantTier, and it is none of the biggest tenants that status.topTenants of a"
        + " TieredCollection lists (spec.discovery.topTenants sets how many)");
  }

  private void changes(
      PrintWriter out,
      TenantSubject subject,
      List<TenantTierStatus.Gate> gates,
      List<TenantTierStatus.Gate> obstacles,
      boolean promote) {
    if (subject.open().isPresent()) {
      String move = subject.open().get().getMetadata().getName();
      out.println(
          "  TierMove " + move + " is in phase " + Reading.phase(subject.open().get())
              + "; see it with: " + CommandName.of("plan " + move));
      return;
    }
    if (gates.isEmpty()) {
      return;
    }
    String moved = promote ? "promoted" : "demoted";
    if (obstacles.isEmpty()) {
      out.println("  every rule is met; the tenant is " + moved + " at the next evaluation");
      return;
    }
    out.println("  to be " + moved + ":");
    for (TenantTierStatus.Gate gate : obstacles) {
      out.println("    " + gate.name() + " is " + gate.current() + " and has to be "
          + gate.required()
          + (gate.earliest() == null
              ? ""
              : ", at the earliest " + Reading.at(gate.earliest(), clock.instant())));
    }
    String earliest = Explanation.earliest(obstacles);
    out.println(
        earliest == null
            ? "    no earliest time is known"
            : "    earliest " + Reading.at(earliest, clock.instant()));
  }

  private static ObjectNode json(
      TenantSubject subject,
      List<TenantTierStatus.Gate> gates,
      List<TenantTierStatus.Gate> obstacles,
      List<Decisions.Entry> decisions) {
    ObjectMapper mapper = new ObjectMapper();
    TenantTierStatus status = subject.status();
    ObjectNode json = status == null ? mapper.createObjectNode() : mapper.valueToTree(status);
    if (status == null && subject.row() != null) {
      json.setAll((ObjectNode) mapper.valueToTree(subject.row()));
      json.set("gates", mapper.valueToTree(gates));
    }
    json.put("namespace", subject.namespace())
        .put("collection", subject.collectionName())
        .put("tenant", subject.tenant());
    if (subject.tier() != null) {
      json.put("tenantTier", subject.tier().getMetadata().getName());
    }
    json.set("obstacles", mapper.valueToTree(obstacles));
    String earliest = Explanation.earliest(obstacles);
    if (earliest != null) {
      json.put("earliest", earliest);
    }
    json.set("decisions", mapper.valueToTree(decisions));
    return json;
  }

  /** A tenant that only the status of its collection knows. */
  private static void print(
      PrintWriter out, TenantSubject subject, List<TenantTierStatus.Gate> gates) {
    TieredCollectionStatus.TopTenant row = Objects.requireNonNull(subject.row());
    out.println("Tenant " + subject.tenant() + " of collection " + subject.collectionName()
        + " has no TenantTier; it is in tier " + row.tier() + " with " + row.points() + " points.");
    out.println("  observed mass " + row.observedMass() + ", damped mass " + row.dampedMass()
        + ", alpha* " + row.alphaStar());
    table(out, gates);
  }

  static void print(PrintWriter out, TenantTier tier) {
    TenantTierStatus status = tier.getStatus();
    String who = tier.getSpec().tenant() != null
        ? tier.getSpec().tenant()
        : tier.getSpec().tenantInteger() + " (integer)";
    if (status == null) {
      out.println("Tenant " + who + ": not evaluated yet; is the operator running?");
      return;
    }
    LocalReference collection = tier.getSpec().collectionRef();
    out.println("Tenant " + who
        + (collection == null ? "" : " of collection " + collection.name())
        + " is in tier " + status.tier() + " with " + status.points() + " points.");
    out.println("  observed mass " + status.observedMass() + ", damped mass " + status.dampedMass()
        + ", alpha* " + status.alphaStar());
    TenantTierStatus.Advice advice = status.advice();
    if (advice != null) {
      out.println("  advice: " + advice.action() + " (" + advice.reason() + ") since "
          + advice.since() + (advice.message() == null ? "" : ": " + advice.message()));
    }
    List<TenantTierStatus.Gate> answers = Objects.requireNonNullElse(status.gates(), List.of());
    answers.stream()
        .filter(ExplainCommand::isPenalty)
        .forEach(gate -> out.println("  penalty " + gate.current()));
    table(out, answers.stream().filter(gate -> !isPenalty(gate)).toList());
    printCondition(out, status, ConditionTypes.PENALTY_VALUES_USABLE);
    TenantTierStatus.LastMove last = status.lastMove();
    if (last != null) {
      out.println(
          "  last move: " + last.name() + " " + last.outcome() + " at " + last.finishedAt());
    }
  }

  private static void table(PrintWriter out, List<TenantTierStatus.Gate> gates) {
    if (gates.isEmpty()) {
      return;
    }
    Table table = new Table("GATE", "CURRENT", "REQUIRED", "MET", "EARLIEST");
    for (TenantTierStatus.Gate gate : gates) {
      table.row(
          String.valueOf(gate.name()),
          String.valueOf(gate.current()),
          String.valueOf(gate.required()),
          Boolean.TRUE.equals(gate.met()) ? "yes" : "no",
          gate.earliest() == null ? "-" : gate.earliest());
    }
    table.print(out, "  ");
  }

  /** A gate that only shows numbers needs a line of its own, not a row. */
  private static boolean isPenalty(TenantTierStatus.Gate gate) {
    return Gate.PENALTY.equals(gate.name());
  }

  private static void printCondition(PrintWriter out, TenantTierStatus status, String type) {
    Objects.requireNonNullElse(status.conditions(), List.<Condition>of()).stream()
        .filter(condition -> condition.getType().equals(type))
        .forEach(condition -> out.println("  " + condition.getMessage()));
  }
}
