package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.cli.Table;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the moves that are planned or advised, and what they cost. */
@Command(
    name = "plan",
    description = {
      "Show what would happen next and what it costs.",
      "Lists plans that wait, moves in progress, and moves that the policy advises although its mode does not let it make them."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} plan           all moves that are planned or advised",
      "  ${ROOT-COMMAND-NAME} plan acme      everything about one, such as before an approval"
    })
public final class PlanCommand extends ClusterVerb {

  @Parameters(
      arity = "0..1",
      paramLabel = "TENANT",
      description = "Tenant, or name of its TenantTier or TierMove.")
  @Nullable
  String name;

  @Option(
      names = {"-A", "--all-namespaces"},
      description = "All namespaces.")
  boolean everywhere;

  @Option(names = "--collection", paramLabel = "NAME", description = "Only this TieredCollection.")
  @Nullable
  String collection;

  @Override
  int run(Cluster cluster, PrintWriter out) throws JsonProcessingException {
    Fleet fleet = Fleet.read(cluster, everywhere);
    Policies policies = new Policies(cluster);
    if (name != null) {
      return one(fleet.tenant(name, collection, cluster.namespace()), policies, out);
    }
    if (collection != null) {
      fleet.collection(collection, cluster.namespace());
    }
    List<PlanView> plans = fleet.collections().stream()
        .filter(each -> collection == null || each.getMetadata().getName().equals(collection))
        .flatMap(each -> fleet.tenants(each).stream())
        .flatMap(subject -> view(subject, policies).stream())
        .toList();
    if (output.structured()) {
      output.print(out, Map.of("plans", plans));
    } else if (plans.isEmpty()) {
      err()
          .println("No move is planned or advised"
              + (everywhere ? "." : " in namespace " + cluster.namespace() + "."));
    } else {
      table(out, plans);
    }
    return ExitCode.OK;
  }

  private int one(TenantSubject subject, Policies policies, PrintWriter out)
      throws JsonProcessingException {
    Optional<PlanView> plan = view(subject, policies);
    if (output.structured()) {
      output.print(out, Map.of("plans", plan.stream().toList()));
      return ExitCode.OK;
    }
    if (plan.isEmpty()) {
      TenantTierStatus status = subject.status();
      out.println("No move is advised for " + subject.words() + ", which is in tier "
          + subject.presentTier() + "."
          + (status == null || status.advice() == null || status.advice().message() == null
              ? ""
              : " " + status.advice().message()));
      out.println("See what would have to change with: "
          + CommandName.of("explain " + StatusText.quoted(subject.tenant())));
      return ExitCode.OK;
    }
    plan.get().print(out, clock.instant());
    next(plan.get()).ifPresent(line -> out.println("  next      " + line));
    return ExitCode.OK;
  }

  /** The command that a user may want to run next. */
  private static Optional<String> next(PlanView plan) {
    if (plan.tierMove() == null) {
      return Optional.ofNullable(plan.message());
    }
    return plan.state().equals("AwaitingApproval")
        ? Optional.of(CommandName.of("approve " + plan.tierMove()) + ", or "
            + CommandName.of("reject " + plan.tierMove()))
        : Optional.ofNullable(plan.message());
  }

  private void table(PrintWriter out, List<PlanView> plans) {
    List<String> headings = new ArrayList<>();
    if (everywhere) {
      headings.add("NAMESPACE");
    }
    headings.addAll(List.of(
        "COLLECTION", "TENANT", "DIRECTION", "STATE", "POINTS", "SIZE", "DURATION", "PLAN"));
    if (output.wide()) {
      headings.addAll(List.of("POLICY", "HASH"));
    }
    Table table = new Table(headings.toArray(String[]::new));
    for (PlanView plan : plans) {
      List<String> cells = new ArrayList<>();
      if (everywhere) {
        cells.add(plan.subject().namespace());
      }
      cells.addAll(List.of(
          plan.subject().collection(),
          plan.subject().tenant(),
          plan.subject().direction().name(),
          plan.state(),
          Reading.count(plan.cost().points()),
          Reading.bytes(plan.cost().bytes()),
          Reading.seconds(plan.cost().estimatedSeconds()),
          plan.tierMove() == null ? "(estimate)" : plan.tierMove()));
      if (output.wide()) {
        cells.add(plan.policy() == null ? "-" : plan.policy());
        cells.add(plan.planHash() == null ? "-" : plan.planHash());
      }
      table.row(cells.toArray(String[]::new));
    }
    table.print(out, "");
  }

  /** The plan of a tenant's TierMove, else what is advised; empty where nothing is. */
  static Optional<PlanView> view(TenantSubject subject, Policies policies) {
    if (subject.open().isPresent()) {
      return subject.open().map(move -> PlanView.of(subject, move));
    }
    Optional<Direction> advised = switch (subject.advice()) {
      case "Promote" -> Optional.of(Direction.Promote);
      case "Demote" -> Optional.of(Direction.Demote);
      default -> Optional.empty();
    };
    Policy rules = advised.isEmpty() ? null : policies.of(subject.collection()).orElse(null);
    return advised.map(direction ->
        PlanView.estimate(subject, direction, rules, reason(subject), message(subject, rules)));
  }

  private static String reason(TenantSubject subject) {
    if (subject.tier() == null) {
      return "NoTenantTier";
    }
    TenantTierStatus status = subject.status();
    return status == null || status.advice() == null || status.advice().reason() == null
        ? "NotEvaluated"
        : status.advice().reason();
  }

  private static @Nullable String message(TenantSubject subject, @Nullable Policy rules) {
    if (subject.tier() == null) {
      return "The operator moves only tenants that have a TenantTier; create one to have the tenant moved.";
    }
    if (rules != null && !Policies.move(rules)) {
      return "Policy " + rules.name() + " is in mode "
          + rules.decisions().mode().label()
          + ", which moves nothing; set spec.mode to Approve or Auto.";
    }
    TenantTierStatus status = subject.status();
    return status == null || status.advice() == null ? null : status.advice().message();
  }
}
