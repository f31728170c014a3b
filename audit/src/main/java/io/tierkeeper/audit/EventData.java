package io.tierkeeper.audit;

/**
 * What an event says: the payload of its line, without {@code actor}, which the log adds.
 *
 * <p>Each record has the fields of the JSON Schema of its type ({@link AuditType#schemaResource()}); {@link EventJson}
 * writes and reads them. Numbers are unrounded. A component that is {@code @Nullable} is absent from the JSON when null.
 * Labels such as tiers, modes and directions are texts, as in the line: their meaning belongs to whoever evaluates them.
 */
public sealed interface EventData
    permits MeasurementData,
        CompositionData,
        DecisionData,
        ApprovalData,
        MoveData,
        RetentionData,
        ProvisionData,
        PauseData,
        PolicyData,
        ForeignMoverData,
        CheckpointData,
        GapData,
        UnreadableData {

  /** The type of the line. */
  AuditType type();

  /** Whether it belongs to lines before it and must be in the same file. */
  default boolean continues() {
    return false;
  }
}
