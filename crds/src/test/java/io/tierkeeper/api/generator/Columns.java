package io.tierkeeper.api.generator;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import java.util.List;

/** What {@code kubectl get} prints, in the order in which people read it. */
final class Columns {
  private static final CustomResourceColumnDefinition READY = column(
      "READY",
      "string",
      ".status.conditions[?(@.type==\"Ready\")].status",
      "Whether the desired state is reached.");
  private static final CustomResourceColumnDefinition AGE =
      column("AGE", "date", ".metadata.creationTimestamp", "Time since creation.");

  private Columns() {}

  static List<CustomResourceColumnDefinition> of(String kind) {
    return switch (kind) {
      case "TierPolicy" ->
        List.of(
            column("MODE", "string", ".spec.mode", "What the operator may do."),
            column("DECISION", "string", ".spec.decision", "The decision rule."),
            column(
                "PROMOTE",
                "string",
                ".spec.promote.aboveShare",
                "Share above which a tenant is promoted."),
            column(
                "DEMOTE",
                "string",
                ".spec.demote.belowShare",
                "Share below which a tenant is demoted."),
            READY,
            AGE);
      case "TieredCollection" ->
        List.of(
            column("COLLECTION", "string", ".spec.collection", "Collection in Qdrant."),
            column("POLICY", "string", ".spec.policyRef.name", "Policy of the collection."),
            column("MODE", "string", ".status.mode", "Mode of the policy."),
            column("TENANTS", "integer", ".status.tenants", "Tenants found."),
            column(
                "DEDICATED",
                "integer",
                ".status.dedicated",
                "Number of tenants with a dedicated shard."),
            column(
                "MOVES",
                "string",
                ".status.activeMoves[0]",
                "The move in progress; a collection has one at a time."),
            READY,
            AGE);
      case "TenantTier" ->
        List.of(
            column(
                "COLLECTION",
                "string",
                ".spec.collectionRef.name",
                "TieredCollection of the tenant."),
            column("TENANT", "string", ".spec.tenant", "The tenant."),
            column("INTENT", "string", ".spec.tier", "Desired tier of the tenant."),
            column("TIER", "string", ".status.tier", "Present tier of the tenant."),
            column("SHARE", "string", ".status.dampedMass", "Damped share."),
            column("ADVICE", "string", ".status.advice.action", "Action that the policy advises."),
            READY,
            AGE,
            wide(column("POINTS", "integer", ".status.points", "Points of the tenant.")),
            wide(column(
                "ALPHA",
                "string",
                ".status.alphaStar",
                "Part of the last damped share that the damping keeps.")),
            wide(column("MOVE", "string", ".status.lastMove.name", "The last finished move.")));
      case "TierMove" ->
        List.of(
            column("TENANT", "string", ".spec.tenant", "The tenant."),
            column("DIRECTION", "string", ".spec.direction", "Promote or Demote."),
            column("PHASE", "string", ".status.phase", "Phase of the move."),
            column(
                "PROGRESS",
                "integer",
                ".status.progress.percent",
                "Progress of the step in percent."),
            column("ETA", "integer", ".status.progress.etaSeconds", "Estimated remaining seconds."),
            column(
                "APPROVED", "boolean", ".spec.approved", "Whether the plan is approved by field."),
            AGE);
      default -> throw new IllegalArgumentException("no columns for kind " + kind);
    };
  }

  private static CustomResourceColumnDefinition column(
      String name, String type, String path, String description) {
    return new CustomResourceColumnDefinitionBuilder()
        .withName(name)
        .withType(type)
        .withJsonPath(path)
        .withDescription(description)
        .build();
  }

  private static CustomResourceColumnDefinition wide(CustomResourceColumnDefinition column) {
    return column.edit().withPriority(1).build();
  }
}
