package io.tierkeeper.lab.kubeapi.resource;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * The identity under which an object is kept.
 *
 * @param group the group of its storage
 * @param plural the resource
 * @param namespace the namespace, empty for cluster-wide objects
 * @param name the name
 */
public record ObjectKey(String group, String plural, String namespace, String name)
    implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::group)
      .thenComparing(ObjectKey::plural)
      .thenComparing(ObjectKey::namespace)
      .thenComparing(ObjectKey::name);

  /** The key of an object of a type; the namespace counts only where the type has namespaces. */
  public static ObjectKey of(ResourceType type, @Nullable String namespace, String name) {
    return new ObjectKey(
        type.storageGroup(),
        type.plural(),
        type.namespaced() && namespace != null ? namespace : "",
        name);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }
}
