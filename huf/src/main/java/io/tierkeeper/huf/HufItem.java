package io.tierkeeper.huf;

import java.util.List;

/**
 * One element of a composition: the points of a tenant under one shard key.
 *
 * @param itemId unique, {@code {tenant}/id={shard_key}}
 * @param regimeId the tenant
 * @param value what it contributes, finite and >= 0
 * @param inputsRef where the value was measured
 * @param methodRef how it was measured
 * @param path where it stands, outermost first, as the trace report gives it
 */
public record HufItem(
    String itemId,
    String regimeId,
    double value,
    String inputsRef,
    String methodRef,
    List<String> path) {
  /** Checks the value; an {@link IllegalArgumentException} names the item, the value and what is allowed. */
  public HufItem {
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "value of item " + itemId + " is " + value + "; allowed is a finite number >= 0");
    }
    path = List.copyOf(path);
  }

  /** An item of which nothing is known but its regime. */
  public HufItem(String itemId, String regimeId, double value, String inputsRef, String methodRef) {
    this(itemId, regimeId, value, inputsRef, methodRef, List.of(regimeId, itemId));
  }

  /** The item of a tenant's points under a shard key. */
  public static HufItem ofPoints(
      String tenant, String shardKey, long points, String inputsRef, String methodRef) {
    return new HufItem(tenant + "/id=" + shardKey, tenant, points, inputsRef, methodRef);
  }

  /** The same item, standing here. */
  public HufItem at(List<String> where) {
    return new HufItem(itemId, regimeId, value, inputsRef, methodRef, where);
  }

  /** A number as the framework writes it in references and paths. */
  public static String number(double value) {
    return PythonText.repr(value);
  }

  /** The framework's short hash: the first 16 hexadecimal digits of the SHA-256. */
  public static String hash(String text) {
    return PythonText.hash(text);
  }
}
