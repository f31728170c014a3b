package io.tierkeeper.operator.tiermove;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.tierkeeper.api.v1alpha1.TierMove;
import java.util.List;
import java.util.Objects;

/** Who owns a field of a TierMove, as far as its {@code metadata.managedFields} name it. */
final class FieldManagers {

  private FieldManagers() {}

  /** The field manager that set a field of the spec last, such as {@code kubectl-patch}; {@code unknown} without one. */
  static String last(TierMove resource, String field) {
    return Objects.requireNonNullElse(
            resource.getMetadata().getManagedFields(), List.<ManagedFieldsEntry>of())
        .stream()
        .filter(entry -> entry.getFieldsV1() != null
            && String.valueOf(entry.getFieldsV1().getAdditionalProperties()).contains("f:" + field))
        .map(ManagedFieldsEntry::getManager)
        .filter(Objects::nonNull)
        .reduce((first, second) -> second)
        .orElse("unknown");
  }
}
