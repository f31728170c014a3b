package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.JsonlAuditLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Events as the operator writes them, for tests. */
public final class SampleTrail {

  public static final Instant START = Instant.parse("2026-11-21T00:50:00.123Z");
  public static final AuditStream STREAM = AuditStream.of("data", "kb");
  public static final AuditWriter WRITER = new AuditWriter("0.1.0", "pod-abc", 7);
  public static final AuditOptions OPTIONS = AuditOptions.DEFAULTS.withOwnTimer(false);

  private static final ResourceRef TIER =
      new ResourceRef("TenantTier", "data", "kb-acme", "u-1", 2);
  private static final ResourceRef COLLECTION =
      new ResourceRef("TieredCollection", "data", "kb", "u-0", 1);
  private static final PolicyRef POLICY = new PolicyRef("standard", 3, "sha256:" + "ab".repeat(32));

  private SampleTrail() {}

  public static JsonlAuditLog open(Path directory, Clock clock) {
    return JsonlAuditLog.open(directory, STREAM, WRITER, clock, OPTIONS);
  }

  /** The k-th event: types take turns. */
  public static AuditEvent event(int k) {
    return event(k, "acme");
  }

  public static AuditEvent event(int k, String tenant) {
    AuditType type = List.of(
            AuditType.MEASUREMENT,
            AuditType.DECISION,
            AuditType.APPROVAL,
            AuditType.MOVE,
            AuditType.PAUSE,
            AuditType.POLICY,
            AuditType.FOREIGN_MOVER)
        .get(Math.floorMod(k, 7));
    EventData data = switch (type) {
      case MEASUREMENT -> measurement(tenant);
      case DECISION -> decision(tenant);
      case APPROVAL ->
        new ApprovalData(
            TIER,
            new ApprovalData.Approval(
                "kb-acme-promote-7f3a", "sha256:7f", "alice", "Git", null, "CHG-1234"));
      case MOVE -> move(tenant);
      case PAUSE ->
        new PauseData(
            TIER,
            new PauseData.Pause(
                Edge.BEGAN, "sre", "quarter close", START.plusSeconds(60), List.of("Demote")));
      case POLICY ->
        new PolicyData(
            TIER, POLICY, null, JsonNodeFactory.instance.objectNode().put("mode", "Auto"));
      case FOREIGN_MOVER ->
        new ForeignMoverData(
            TIER,
            new ForeignMoverData.ForeignMover(
                Edge.BEGAN, "shard 3, peer 1 to 2", List.of("kb-acme-promote-7f3a")));
      case CHECKPOINT, GAP, COMPOSITION, RETENTION, PROVISION ->
        throw new IllegalArgumentException(type + " has events of its own");
    };
    return new AuditEvent(
        AuditEvent.id("uid-1", "step", k, "done"), "tenant/" + tenant, START.plusMillis(k), data);
  }

  private static MeasurementData measurement(String tenant) {
    return new MeasurementData(
        COLLECTION,
        POLICY,
        "knowledge_base",
        "Points",
        823230,
        2,
        0,
        1,
        "sha256:" + "cd".repeat(32),
        new MeasurementData.Top(
            List.of(tenant, "globex"),
            List.of("Fallback", "Dedicated"),
            List.of(151022L, 672208L),
            List.of(0.18345, 0.81655),
            List.of(0.17102, 0.82898),
            List.of(0.28, 0.54),
            List.of(0.4, 0.0)),
        new MeasurementData.Summary(0.98757, 1.61, 2, 0.0, 0.17102, 0.82898, 0.98757, 0.9312));
  }

  /** A call that creates a collection, and has failed. */
  public static AuditEvent provision(int k) {
    return new AuditEvent(
        AuditEvent.id("u-0", "provision/" + k, 0, "Failed"),
        "collection/kb",
        START.plusMillis(k),
        new ProvisionData(
            COLLECTION,
            new ProvisionData.Provision(
                "kb",
                "CreateShardKey",
                ProvisionData.Event.FAILED,
                JsonNodeFactory.instance
                    .objectNode()
                    .put("shard_key", "default")
                    .put("replication_factor", 2),
                "no answer within PT30S")));
  }

  /** A retention that a user has ended. */
  public static AuditEvent retention(int k, String tenant) {
    return new AuditEvent(
        AuditEvent.id("u-2", "retention/" + k, 0, START.toString()),
        "tenant/" + tenant,
        START.plusMillis(k),
        new RetentionData(
            new ResourceRef("TierMove", "data", "kb-acme-promote-7f3a", "u-2", k),
            new RetentionData.Retention(
                "kb-acme-promote-7f3a",
                tenant,
                START.plus(Duration.ofHours(24)),
                START,
                "kubectl-patch")));
  }

  /** All tenants, in one part. */
  public static AuditEvent full(int k, String tenant) {
    return composition(
        k,
        CompositionData.Form.FULL,
        List.of(
            new CompositionData.Row(
                tenant,
                "Fallback",
                151022,
                151022,
                Map.of("privacy-class", "restricted"),
                0.17102,
                "P8XlARTjvNM=",
                31),
            new CompositionData.Row(
                "globex",
                "Dedicated",
                672208,
                67220.8,
                Map.of("privacy-class", "secret", "latency-budget", "40"),
                0.82898,
                "",
                31)),
        List.of());
  }

  /** A tenant whose inputs changed, and one that was left out. */
  public static AuditEvent delta(int k, String tenant) {
    return composition(
        k,
        CompositionData.Form.DELTA,
        List.of(new CompositionData.Row(tenant, "Fallback", 3, 3, Map.of(), null, null, 2)),
        List.of("initech"));
  }

  private static AuditEvent composition(
      int k, CompositionData.Form form, List<CompositionData.Row> rows, List<String> dropped) {
    return new AuditEvent(
        AuditEvent.id("uid-1", form.name(), k, "composition"),
        "collection/kb",
        START.plusMillis(k),
        new CompositionData(
            COLLECTION,
            "5e7",
            form,
            1,
            1,
            CompositionData.Columns.of(rows),
            dropped,
            form == CompositionData.Form.FULL
                ? new CompositionData.CoherenceProducts(START, "P+zMzMzMzM0=")
                : null));
  }

  private static DecisionData decision(String tenant) {
    return new DecisionData(
        TIER,
        POLICY,
        "Approve",
        new DecisionData.Observation(
            151022,
            823230,
            0.18345,
            0.17102,
            0.28,
            0.40,
            0.10,
            List.of(
                new PenaltyPart("privacy-class", "restricted", true, 0.3),
                new PenaltyPart("latency-budget", "soon", false, 0)),
            List.of(0.1, 0.15, 0.17),
            31,
            4100),
        List.of(
            DecisionData.Gate.ofNumbers("ShareAbovePromote", 0.17102, 0.15, true, null),
            DecisionData.Gate.ofWords("MaintenanceWindow", "closed", "open", false, START)),
        new DecisionData.Verdict(
            "Fallback",
            "Dedicated",
            "Promote",
            "AwaitingApproval",
            "ShareAbovePromote",
            "sha256:7f",
            "kb-acme-promote-7f3a"),
        new DecisionData.HufTrace(
            tenant + "/id=default",
            List.of("Qdrant", "collection=knowledge_base", "tenant=" + tenant, "shard_key=default"),
            0.18345,
            "qdrant://main/knowledge_base@2026-11-21T00:50:00Z|151022|9c1e",
            "tenant_mass(metric=Points,tenant_key=group_id)",
            0.0),
        null);
  }

  private static MoveData move(String tenant) {
    ObjectNode request =
        JsonNodeFactory.instance.objectNode().put("shard_key", tenant).put("api-key", "s3cret");
    return MoveData.of(
        new ResourceRef("TierMove", "data", "kb-acme-promote-7f3a", "u-2", 1),
        tenant,
        "Promote",
        MoveEvent.STEP_DONE,
        "CreateShardKey",
        1,
        request,
        JsonNodeFactory.instance.objectNode().put("result", true),
        Duration.ofMillis(231),
        Map.of("points", 151022L));
  }
}
