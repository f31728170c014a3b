package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A payload that does not have the fields of its type; only reading gives one.
 *
 * @param reason which field, its value, and what is allowed
 * @param json the payload as it is
 */
public record UnreadableData(AuditType type, String reason, ObjectNode json) implements EventData {}
