package io.tierkeeper.simulation.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a trace is generated from.
 *
 * @param name one word
 * @param description one sentence
 * @param promotionShare the share that promotion requires; sizes and the charged costs are relative to it
 * @param days how long it lasts
 * @param step time between two steps
 * @param moveTime how long a move takes
 * @param doubledWhileMoving whether a measurement shows the points of a tenant twice while it is moved
 * @param jumps changes of the collection's total that no tenant has caused, in the order of time
 * @param gaps times without any measurement; null for none
 * @param frozen times in which a measurement shows a tenant as it was; null for none
 * @param groups the tenants
 */
public record Scenario(
    String name,
    String description,
    double promotionShare,
    double days,
    Duration step,
    Duration moveTime,
    boolean doubledWhileMoving,
    List<Jump> jumps,
    @Nullable Outage gaps,
    @Nullable Outage frozen,
    List<Group> groups)
    implements TraceSource {
  /** The most that all tenants may bring together: the rest of the collection keeps its part. */
  private static final double MOST_SHARE = 0.6;

  /** Keeps its own lists. */
  public Scenario {
    jumps = List.copyOf(jumps);
    groups = List.copyOf(groups);
  }

  /**
   * Tenants alike.
   *
   * @param count how many, >= 1
   * @param pattern how their sizes go
   * @param noise standard deviation of the logarithm of their sizes, >= 0
   */
  public record Group(int count, Pattern pattern, double noise) {}

  /**
   * From some day on the collection's total is multiplied.
   *
   * @param at in days
   * @param factor > 0, of the total at the start
   */
  public record Jump(double at, double factor) {}

  /**
   * Times in which measuring fails.
   *
   * @param every mean time between two of them in days, exponentially distributed
   * @param lasting how long one lasts, in days
   */
  public record Outage(double every, Range lasting) {}

  @Override
  public int tenants() {
    return groups.stream().mapToInt(Group::count).sum();
  }

  /** The same with other numbers of tenants, divided among the groups as before; each group keeps one at least. */
  public Scenario withTenants(int tenants) {
    List<Group> scaled = new ArrayList<>();
    double before = tenants();
    int seen = 0;
    int given = 0;
    for (Group group : groups) {
      seen += group.count();
      int count = Math.max(1, (int) Math.round(tenants * (seen / before)) - given);
      given += count;
      scaled.add(new Group(count, group.pattern(), group.noise()));
    }
    return with(promotionShare, days, scaled);
  }

  /** The same for another time. */
  public Scenario withDays(double other) {
    return with(promotionShare, other, groups);
  }

  /** The same for another promotion size, with fewer tenants where so many of that size would not fit. */
  public Scenario withPromotionShare(double share) {
    int room = Math.max(groups.size(), (int) (MOST_SHARE / share));
    Scenario scaled = with(share, days, groups);
    return room < tenants() ? scaled.withTenants(room) : scaled;
  }

  private Scenario with(double share, double otherDays, List<Group> otherGroups) {
    return new Scenario(
        name,
        description,
        share,
        otherDays,
        step,
        moveTime,
        doubledWhileMoving,
        jumps,
        gaps,
        frozen,
        otherGroups);
  }

  @Override
  public String extent() {
    return Numbers.plain(days) + " days of " + step.toMinutes() + " minutes";
  }

  @Override
  public boolean seeded() {
    return true;
  }

  @Override
  public Trace trace(long seed) {
    return new GeneratedTrace(this, seed);
  }
}
