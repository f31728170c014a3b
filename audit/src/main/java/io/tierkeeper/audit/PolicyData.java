package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A policy came into force or changed.
 *
 * @param previousHash of the policy in force before; null for the first
 * @param spec the whole spec with defaults filled in, whose canonical form has the policy's hash
 */
public record PolicyData(
    ResourceRef object, PolicyRef policy, @Nullable String previousHash, ObjectNode spec)
    implements EventData {

  @Override
  public AuditType type() {
    return AuditType.POLICY;
  }
}
