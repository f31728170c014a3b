package io.tierkeeper.moves.act;

import io.tierkeeper.moves.scan.TenantReads;
import java.util.function.LongSupplier;

/**
 * How much an engine does at once.
 *
 * @param page number of points that scans read and write at once, at least 1
 * @param heap the memory of the process in bytes; a tenant whose baselines do not fit into it is not moved
 */
public record EngineLimits(int page, LongSupplier heap) {

  /** What ships: the default page, and the memory that this process may use. */
  public static final EngineLimits DEFAULTS =
      new EngineLimits(TenantReads.PAGE, Runtime.getRuntime()::maxMemory);
}
