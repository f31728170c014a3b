package io.tierkeeper.governance.huf;

/**
 * One element of a composition: the points of a tenant under one shard key.
 *
 * @param itemId unique, {@code {tenant}/id={shard_key}}
 * @param regimeId the tenant
 * @param value what it contributes, finite and >= 0
 * @param inputsRef where the value was measured
 * @param methodRef how it was measured
 */
public record HufItem(
    String itemId, String regimeId, double value, String inputsRef, String methodRef) {
  /** Checks the value; an {@link IllegalArgumentException} names the item, the value and what is allowed. */
  public HufItem {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "value of item " + itemId + " is " + value + "; allowed is a finite number >= 0");
    }
  }

  /** The item of a tenant's points under a shard key. */
  public static HufItem ofPoints(
      String tenant, String shardKey, long points, String inputsRef, String methodRef) {
    return new HufItem(tenant + "/id=" + shardKey, tenant, points, inputsRef, methodRef);
  }
}
