package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.ShardKey;

/** One operation of a client, from its invocation to its return, in nanoseconds of a monotonic clock. */
public sealed interface Operation {

  ShardKey tenant();

  long invokedAt();

  long returnedAt();

  Outcome outcome();

  /** What the client knows of an operation when it has returned. */
  enum Outcome {
    OK,
    /** Both attempts failed; they may have taken effect or may take effect later. */
    UNKNOWN
  }

  /** What a write does to its point. */
  enum WriteKind {
    UPSERT,
    SET_PAYLOAD,
    DELETE
  }

  /**
   * A write of one point.
   *
   * @param version unique and rising for each id; a delete takes a version too
   * @param waited whether the answer meant "applied"; otherwise it meant "will be applied"
   */
  record Write(
      ShardKey tenant,
      WriteKind kind,
      long id,
      long version,
      boolean waited,
      long invokedAt,
      long returnedAt,
      Outcome outcome)
      implements Operation {}

  /**
   * A read of a tenant's points.
   *
   * @param reader identifies the client; the versions of a point that it reads never decrease
   * @param ids of the points returned
   * @param versions of these points, in the same order
   * @param doubled how many ids were returned more than once
   * @param leaked how many points of other tenants were returned
   * @param faulty how many points were in a state that was never written
   * @param mixed how many points had a vector of another version than their payload says
   */
  record Read(
      ShardKey tenant,
      int reader,
      long[] ids,
      long[] versions,
      int doubled,
      int leaked,
      int faulty,
      int mixed,
      long invokedAt,
      long returnedAt,
      Outcome outcome)
      implements Operation {}

  /**
   * A count, or the size of a full scroll, with its bounds.
   *
   * @param atLeast acknowledged and live at the invocation, without those whose deletion was invoked since
   * @param atMost invoked and live at the return
   */
  record Size(
      ShardKey tenant,
      long size,
      long atLeast,
      long atMost,
      long invokedAt,
      long returnedAt,
      Outcome outcome)
      implements Operation {}
}
