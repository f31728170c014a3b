package io.tierkeeper.lab.kubeapi.store;

import io.tierkeeper.lab.kubeapi.apply.FieldSet;
import io.tierkeeper.lab.kubeapi.apply.ManagedFields;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import org.jspecify.annotations.Nullable;

/**
 * Where a write goes.
 *
 * @param subresource such as {@code status}, or null for the object itself
 */
public record WriteTarget(
    ResourceType type, ObjectKey key, @Nullable String subresource) {

  String name() {
    return key.name();
  }

  ManagedFields.Owner owner(WriteOptions options, String operation) {
    return new ManagedFields.Owner(
        options.manager(), operation, subresource == null ? "" : subresource);
  }

  /** The part of the object that the write may touch. */
  FieldSet.Part part() {
    if ("status".equals(subresource)) {
      return FieldSet.Part.STATUS;
    }
    return type.statusSubresource() ? FieldSet.Part.MAIN : FieldSet.Part.ALL;
  }
}
