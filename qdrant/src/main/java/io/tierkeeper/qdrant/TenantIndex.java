package io.tierkeeper.qdrant;

/** The types of payload index with which a tenant field works. */
public enum TenantIndex {
  /** Text, with {@code is_tenant}. */
  KEYWORD,
  /** UUIDs, with {@code is_tenant}; it matches any spelling of one. */
  UUID,
  /** Integers, with {@code lookup} and without {@code range}. */
  INTEGER
}
