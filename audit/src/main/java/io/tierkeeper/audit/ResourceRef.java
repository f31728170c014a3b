package io.tierkeeper.audit;

/**
 * The resource that a line is about.
 *
 * @param kind such as {@code TenantTier}
 * @param uid empty in a simulation
 */
public record ResourceRef(
    String kind, String namespace, String name, String uid, long generation) {}
