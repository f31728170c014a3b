package io.tierkeeper.lab.kubeapi.resource;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The place in the API that a path names: a collection, an object or a subresource.
 *
 * @param group the API group, empty for the core group
 * @param version the API version
 * @param plural the resource
 * @param namespace the namespace, or null when the path has none
 * @param name the object, or null for the collection
 * @param subresource such as {@code status}, or null
 */
public record ResourcePath(
    String group,
    String version,
    String plural,
    @Nullable String namespace,
    @Nullable String name,
    @Nullable String subresource) {
  private static final Set<String> OF_NAMESPACES = Set.of("status", "finalize");

  /** Reads the segments of a path below the root; null when they name no resource. */
  public static @Nullable ResourcePath parse(List<String> segments) {
    boolean core = segments.get(0).equals("api");
    int head = core ? 2 : 3;
    if (!(core || segments.get(0).equals("apis")) || segments.size() <= head) {
      return null;
    }
    String group = core ? "" : segments.get(1);
    String version = segments.get(head - 1);
    List<String> rest = segments.subList(head, segments.size());
    boolean namespaced = rest.size() >= 3
        && rest.get(0).equals("namespaces")
        && !(rest.size() == 3 && OF_NAMESPACES.contains(rest.get(2)));
    String namespace = namespaced ? rest.get(1) : null;
    List<String> own = namespaced ? rest.subList(2, rest.size()) : rest;
    if (own.size() > 3) {
      return null;
    }
    return new ResourcePath(
        group,
        version,
        own.get(0),
        namespace,
        own.size() > 1 ? own.get(1) : null,
        own.size() > 2 ? own.get(2) : null);
  }
}
