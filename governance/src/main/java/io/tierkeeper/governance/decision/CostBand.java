package io.tierkeeper.governance.decision;

import org.jspecify.annotations.Nullable;

/**
 * The policy that decides on accumulated cost instead of on level. One number s is kept for each tenant: with every
 * measurement the cost it had in the fallback is added, the cost it had in a shard key of its own is taken away, and the
 * sum is clipped to the band [0, P + Q]. At the upper end the tenant is promoted, at the lower end demoted.
 *
 * <p>s - P is the difference of the two work functions of a metrical task system with two states, so this is the work
 * function algorithm for it (Borodin, Linial, Saks, "An optimal on-line algorithm for metrical task system", J. ACM 39,
 * 1992), whose ratio 2n - 1 = 3 no deterministic online rule can undercut.
 *
 * <p>A change that stays is answered too late by that rule, which knows nothing but the worst case. So a tenant may move up
 * to half a band early, while its cost goes that way and as long as its credit covers the distance to the end. Credit is
 * earned where the worst case does not happen: twice whatever s goes in favour of the tier that the tenant is in. For any
 * sequence of costs, a tenant that begins in the fallback, and moves that take effect as soon as they are decided,
 *
 * <pre>cost &lt;= 3 * optimum + credit at the start + max(0, Q - P)</pre>
 *
 * (DESIGN.md has the proof). Whatever delays a move, such as a cap, a window or a cooldown, voids the bound.
 *
 * @param promotionCost P, cost of a promotion in the unit of {@link TierCost}, finite and >= 0
 * @param demotionCost Q, cost of a demotion, finite and >= 0; together with P > 0
 * @param credit at the start, finite and >= 0
 * @param measured what finished moves have cost, which is added to both; null where only the given costs count
 */
public record CostBand(
    double promotionCost,
    double demotionCost,
    double credit,
    @Nullable MoveCosts measured) {
  private static final CostBand DEFAULTS = new CostBand(8, 4);

  /** The part of the band by which a move may come early. */
  private static final double EARLY = 0.5;

  /** Checks the costs; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public CostBand {
    Rejected.ifNotCost("costBand.promotionCost", promotionCost);
    Rejected.ifNotCost("costBand.demotionCost", demotionCost);
    Rejected.ifNotCost("costBand.credit", credit);
    if (!(promotionCost + demotionCost > 0)) {
      throw Rejected.because(
          "costBand.promotionCost + costBand.demotionCost",
          promotionCost + demotionCost,
          "a sum > 0: set at least one of the two");
    }
  }

  /** A band of given costs with just the credit for one early move. */
  public CostBand(double promotionCost, double demotionCost) {
    this(promotionCost, demotionCost, EARLY * (promotionCost + demotionCost), null);
  }

  /** The same given costs with what finished moves have cost by now. */
  public CostBand withMeasured(MoveCosts costs) {
    return new CostBand(promotionCost, demotionCost, credit, costs);
  }

  /** P = 8, Q = 4: a promotion costs two hours at twice the promotion size, a demotion half of that. */
  public static CostBand defaults() {
    return DEFAULTS;
  }

  /** P + Q, the upper end of the band. */
  public double width() {
    return promotionCost + demotionCost + added();
  }

  private double added() {
    return measured == null
        ? 0
        : measured.promotion().mean() + measured.demotion().mean();
  }

  /** How far P + Q varies, in the unit of {@link TierCost}: a standard deviation; 0 where nothing is measured. */
  public double deviation() {
    return measured == null ? 0 : measured.deviation();
  }

  /** Half of the band, where a move may come at the earliest, in either direction. */
  public double earliest() {
    return EARLY * width();
  }

  /** The account of a tenant that was never measured: nothing in it speaks against the tier it is in. */
  public CostAccount open(boolean dedicated) {
    return new CostAccount(
        dedicated ? width() : 0, credit + EARLY * added(), 0, dedicated, width());
  }

  /**
   * The account in this band, where it was accumulated in one of other costs: what has spoken for a move stays what it is,
   * however far the tenant has to go now.
   */
  public CostAccount fit(CostAccount account) {
    if (account.width() == width()) {
      return account;
    }
    double fitted = account.dedicated()
        ? width() - (account.width() - account.accumulated())
        : account.accumulated();
    return new CostAccount(
        Math.min(width(), Math.max(0, fitted)),
        account.credit(),
        account.net(),
        account.dedicated(),
        width());
  }

  /**
   * The account after one more measurement.
   *
   * @param before the account so far
   * @param dedicated the tier that the tenant is in, or on its way to; if it has changed, the distance that was left to the
   *     end of the band is paid from the credit
   * @param cost what the time since the last measurement cost, or would have cost, in either tier
   */
  public CostAccount measured(CostAccount before, boolean dedicated, TierCost cost) {
    CostAccount account = fit(before);
    double left = account.credit();
    if (dedicated != account.dedicated()) {
      left -= dedicated ? width() - account.accumulated() : account.accumulated();
    }
    double net = cost.inFallback() - cost.inDedicated();
    double next = Math.min(width(), Math.max(0, account.accumulated() + net));
    double change = next - account.accumulated();
    left += 2 * Math.max(0, dedicated ? change : -change);
    return new CostAccount(next, left, net, dedicated, width());
  }

  /** Where s has to come for a move in this direction: the end of the band, or less far where credit allows. */
  public double required(Direction direction, CostAccount account) {
    double covered = covered(direction, account, width());
    return switch (direction) {
      case PROMOTE -> width() - covered;
      case DEMOTE -> covered;
    };
  }

  /** By how much a move may come early in a band of this width. */
  private static double covered(Direction direction, CostAccount account, double width) {
    boolean favourable = switch (direction) {
      case PROMOTE -> account.net() > 0;
      case DEMOTE -> account.net() < 0;
    };
    return favourable ? Math.min(EARLY * width, Math.max(0, account.credit())) : 0;
  }

  /** Whether s has come far enough for a move in this direction. */
  public boolean requires(Direction direction, CostAccount account) {
    return distance(direction, account) <= 0;
  }

  /** How far s is from where a move in this direction is required; zero or less when it is there. */
  public double distance(Direction direction, CostAccount account) {
    double accumulated = fit(account).accumulated();
    double required = required(direction, account);
    return switch (direction) {
      case PROMOTE -> required - accumulated;
      case DEMOTE -> accumulated - required;
    };
  }

  /** Whether moves that cost one standard deviation more, or less, would change the answer of {@link #requires}. */
  public boolean close(Direction direction, CostAccount account) {
    double accumulated = fit(account).accumulated();
    double gone = switch (direction) {
      case PROMOTE -> accumulated;
      case DEMOTE -> width() - accumulated;
    };
    double cheaper = Math.max(0, width() - deviation());
    double expensive = width() + deviation();
    return gone >= cheaper - covered(direction, account, cheaper)
        && gone < expensive - covered(direction, account, expensive);
  }
}
