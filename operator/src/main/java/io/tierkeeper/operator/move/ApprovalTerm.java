package io.tierkeeper.operator.move;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a plan waits for approval: for one term, and for another one each time that it is renewed.
 *
 * @param renewals terms that have passed
 * @param renewed when the current term began
 * @param expires when it ends
 */
record ApprovalTerm(long renewals, Instant renewed, Instant expires) {

  /** The term at an instant of a plan that was made at another. */
  static ApprovalTerm of(Instant created, Duration term, Instant now) {
    Duration age = Duration.between(created, now);
    long renewals = term.isPositive() && age.isPositive() ? age.dividedBy(term) : 0;
    Instant renewed = created.plus(term.multipliedBy(renewals));
    return new ApprovalTerm(renewals, renewed, renewed.plus(term));
  }
}
