package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The number of points of each tenant of a generated collection.
 *
 * @param tenants largest first
 */
public record TenantPopulation(List<Tenant> tenants) {

  /** One tenant and its number of points. */
  public record Tenant(ShardKey key, int points) {}

  /**
   * Sizes after Zipf's law: the tenant of rank k has a share proportional to {@code k^-exponent}; each has at least one
   * point and the sizes add up to {@code points}.
   *
   * @param first the name of the largest tenant; the others are called {@code tenant-002} and so on
   * @throws IllegalArgumentException when there are fewer points than tenants
   */
  public static TenantPopulation zipf(String first, int tenants, int points, double exponent) {
    return zipf(
        rank -> ShardKey.of(rank == 1 ? first : String.format(Locale.ROOT, "tenant-%03d", rank)),
        tenants,
        points,
        exponent);
  }

  /**
   * The same with other names.
   *
   * @param key of the tenant of each rank, from 1
   */
  public static TenantPopulation zipf(
      IntFunction<ShardKey> key, int tenants, int points, double exponent) {
    if (tenants < 1 || points < tenants) {
      throw new IllegalArgumentException(
          "tenants " + tenants + " must be between 1 and the number of points, " + points);
    }
    double sum = 0;
    for (int rank = 1; rank <= tenants; rank++) {
      sum += Math.pow(rank, -exponent);
    }
    List<Tenant> result = new ArrayList<>(tenants);
    int left = points;
    for (int rank = 1; rank <= tenants; rank++) {
      int wanted = (int) Math.floor(points * Math.pow(rank, -exponent) / sum);
      int size = Math.max(1, Math.min(wanted, left - (tenants - rank)));
      result.add(new Tenant(key.apply(rank), size));
      left -= size;
    }
    // Points left over by rounding go to the largest tenants, one each, so that the order stays.
    for (int i = 0; left > 0; i = (i + 1) % tenants, left--) {
      Tenant tenant = result.get(i);
      result.set(i, new Tenant(tenant.key(), tenant.points() + 1));
    }
    return new TenantPopulation(List.copyOf(result));
  }

  public int points() {
    return tenants.stream().mapToInt(Tenant::points).sum();
  }
}
