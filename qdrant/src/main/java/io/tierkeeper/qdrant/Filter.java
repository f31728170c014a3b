package io.tierkeeper.qdrant;

import java.util.Collection;
import java.util.List;

/** The filters that Tierkeeper needs: all of {@code must} hold and none of {@code mustNot}. */
public record Filter(List<Condition> must, List<Condition> mustNot) {

  /** One condition on a point. */
  public sealed interface Condition {}

  /** The payload field holds this value ({@code String}, {@code Long} or {@code Boolean}). */
  public record Matches(String field, Object value) implements Condition {}

  /** The payload field holds one of these values, all {@code String} or all {@code Long}. */
  public record MatchesAny(String field, List<?> values) implements Condition {}

  /** The payload field holds a value other than this one ({@code String} or {@code Long}), possibly in addition to it. */
  public record MatchesOther(String field, Object value) implements Condition {}

  /** The payload field holds a number that is not below this one. */
  public record AtLeast(String field, double least) implements Condition {}

  /** The payload field holds a number that is not above this one. */
  public record AtMost(String field, double most) implements Condition {}

  /** The id of the point is among these. */
  public record HasId(List<PointId> ids) implements Condition {}

  /** The payload field is absent, null or an empty list. */
  public record IsEmpty(String field) implements Condition {}

  /** The points of a tenant: its value in the tenant field. */
  public static Filter tenant(String tenantField, TenantId tenant) {
    return matches(tenantField, tenant.payload());
  }

  /** The points of any of these tenants, all keywords or all integers. */
  public static Filter tenants(String tenantField, Collection<TenantId> tenants) {
    return new Filter(
        List.of(
            new MatchesAny(tenantField, tenants.stream().map(TenantId::payload).toList())),
        List.of());
  }

  /** The points of a tenant that belong to another tenant as well: a list in the tenant field. */
  public static Filter sharedPoints(String tenantField, TenantId tenant) {
    return tenant(tenantField, tenant)
        .and(new Filter(List.of(new MatchesOther(tenantField, tenant.payload())), List.of()));
  }

  /** The points that do not belong to this tenant: another value in the tenant field, or none. */
  public static Filter notOf(String tenantField, TenantId tenant) {
    return new Filter(List.of(), List.of(new Matches(tenantField, tenant.payload())));
  }

  public static Filter matches(String field, Object value) {
    return new Filter(List.of(new Matches(field, value)), List.of());
  }

  public static Filter ids(Collection<PointId> ids) {
    return new Filter(List.of(new HasId(List.copyOf(ids))), List.of());
  }

  /** Both filters hold. */
  public Filter and(Filter other) {
    return new Filter(concat(must, other.must), concat(mustNot, other.mustNot));
  }

  /** This filter holds and the condition does not. */
  public Filter butNot(Condition condition) {
    return new Filter(must, concat(mustNot, List.of(condition)));
  }

  private static List<Condition> concat(List<Condition> a, List<Condition> b) {
    return java.util.stream.Stream.concat(a.stream(), b.stream()).toList();
  }
}
