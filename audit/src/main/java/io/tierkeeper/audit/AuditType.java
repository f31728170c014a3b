package io.tierkeeper.audit;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of events, with the CloudEvents type and the schema of its {@code data}. */
public enum AuditType {
  /** One evaluation with a change, in numbers of the whole collection and a digest. */
  MEASUREMENT("measurement", MeasurementData.class),
  /** What evaluations are computed from: all tenants, or those whose inputs changed. */
  COMPOSITION("composition", CompositionData.class),
  /** A verdict, or the reasons for it, changed. */
  DECISION("decision", DecisionData.class),
  /** Exactly one plan was approved, by its hash. */
  APPROVAL("approval", ApprovalData.class),
  /** A move was planned, made or failed a step, or ended. */
  MOVE("move", MoveData.class),
  /** The end of the retention of an old copy was changed by a request. */
  RETENTION("retention", RetentionData.class),
  /** The operator creates a collection, or changes one as its spec says. */
  PROVISION("provision", ProvisionData.class),
  /** A pause began or ended. */
  PAUSE("pause", PauseData.class),
  /** A policy came into force or changed. */
  POLICY("policy", PolicyData.class),
  /** Another client moves shards in the same cluster, so moves wait. */
  FOREIGN_MOVER("foreignmover", ForeignMoverData.class),
  /** The size and head of the chain so far. */
  CHECKPOINT("checkpoint", CheckpointData.class),
  /** Something may be missing here: a restart, a torn tail, a clock that jumped. */
  GAP("gap", GapData.class);

  private final String word;
  private final Class<? extends EventData> dataClass;

  AuditType(String word, Class<? extends EventData> dataClass) {
    this.word = word;
    this.dataClass = dataClass;
  }

  /** What holds its payload. */
  public Class<? extends EventData> dataClass() {
    return dataClass;
  }

  /** The CloudEvents {@code type}, such as {@code io.tierkeeper.decision.v1}. */
  public String eventType() {
    return "io.tierkeeper." + word + ".v1";
  }

  /** The CloudEvents {@code dataschema}, such as {@code urn:tierkeeper:audit:decision-v1}: the schema's {@code $id}. */
  public String dataSchema() {
    return "urn:tierkeeper:audit:" + word + "-v1";
  }

  /** Where the schema lies on the class path, such as {@code /io/tierkeeper/audit/schema/decision-v1.json}. */
  public String schemaResource() {
    return "/io/tierkeeper/audit/schema/" + word + "-v1.json";
  }

  /** The type of a CloudEvents {@code type}; empty for one that this version does not know. */
  public static Optional<AuditType> ofEventType(String eventType) {
    return Arrays.stream(values())
        .filter(type -> type.eventType().equals(eventType))
        .findFirst();
  }
}
