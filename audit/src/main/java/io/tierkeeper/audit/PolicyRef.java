package io.tierkeeper.audit;

/**
 * The policy in force.
 *
 * @param hash of its canonical spec, {@code sha256:…}: the key by which a replay finds its policy line
 */
public record PolicyRef(String name, long generation, String hash) {}
