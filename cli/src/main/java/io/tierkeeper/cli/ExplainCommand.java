package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.operator.ClusterOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains the tier of a tenant, gate by gate. */
@Command(
    name = "explain",
    description = "Explain the tier of a tenant: current values, and what each rule requires.",
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Subcommand, Callable<Integer> {

  /** How the explanation is printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Mixin
  ClusterOption cluster = new ClusterOption();

  @Parameters(paramLabel = "TENANT", description = "Tenant, or name of its TenantTier.")
  String tenant = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Namespace; default: the namespace of the context.")
  @Nullable
  String namespace;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "Output format: text or json.")
  Format format = Format.TEXT;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (KubernetesClient client = cluster.connect()) {
      String in = namespace != null
          ? namespace
          : Objects.requireNonNullElse(client.getNamespace(), "default");
      List<TenantTier> found =
          client.resources(TenantTier.class).inNamespace(in).list().getItems().stream()
              .filter(tier -> tier.getMetadata().getName().equals(tenant)
                  || tenant.equals(tier.getSpec().tenant())
                  || tenant.equals(String.valueOf(tier.getSpec().tenantInteger())))
              .toList();
      if (found.isEmpty()) {
        throw new UsageException("tenant " + tenant + " has no TenantTier in namespace " + in
            + "; kubectl get tenanttiers -n " + in + " lists all");
      }
      for (TenantTier tier : found) {
        if (format == Format.JSON) {
          out.println(new ObjectMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(tier.getStatus()));
        } else {
          print(out, tier);
        }
      }
      return ExitCode.OK;
    } catch (KubernetesClientException e) {
      throw new UsageException("no answer from the cluster: " + e.getMessage());
    }
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
    List<TenantTierStatus.Gate> gates =
        answers.stream().filter(gate -> !isPenalty(gate)).toList();
    if (!gates.isEmpty()) {
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
    printCondition(out, status, ConditionTypes.PENALTY_VALUES_USABLE);
    TenantTierStatus.LastMove last = status.lastMove();
    if (last != null) {
      out.println(
          "  last move: " + last.name() + " " + last.outcome() + " at " + last.finishedAt());
    }
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
