package io.tierkeeper.operator.leadership;

/** The election that this process takes part in: a Kubernetes Lease in production, a simulated elector under fault injection. */
public interface Election extends AutoCloseable {

  /** Takes part in the election, or leads at once where there is none; returns without waiting for the outcome. */
  void start(LeadershipListener listener);

  /** Whether this process may change Qdrant now. */
  boolean leading();

  /** The lease's count of leaders, from 1; 0 before the first election is won. */
  long term();

  /** Leads no more, without releasing the lease: a call that has been sent may be under way. */
  void abandon();

  /** Releases the lease, so that another replica need not wait for it to expire. A repeat does nothing. */
  @Override
  void close();
}
