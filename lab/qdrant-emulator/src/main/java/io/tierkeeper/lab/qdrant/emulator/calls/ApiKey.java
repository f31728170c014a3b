package io.tierkeeper.lab.qdrant.emulator.calls;

import org.jspecify.annotations.Nullable;

/**
 * The key that calls must present.
 *
 * @param expected the key, or null for open access
 */
public record ApiKey(@Nullable String expected) {

  /** Why a call with these headers is rejected, or null where it is accepted. */
  public @Nullable String rejection(@Nullable String keyHeader, @Nullable String authorization) {
    String given = keyHeader;
    if (given == null && authorization != null && authorization.startsWith("Bearer ")) {
      given = authorization.substring("Bearer ".length());
    }
    if (expected == null || expected.equals(given)) {
      return null;
    }
    return given == null
        ? "Must provide an API key or an Authorization bearer token"
        : "Invalid API key or JWT";
  }
}
