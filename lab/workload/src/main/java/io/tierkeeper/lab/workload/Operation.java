package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.ShardKey;

/** One operation of the workload, from its invocation to its return on a monotonic clock in nanoseconds. */
public sealed interface Operation {

  ShardKey tenant();

  long invokedAt();

  long returnedAt();

  Outcome outcome();

  /** What the client knows of an operation once it has returned. */
  enum Outcome {
    OK,
    /** Not done, or done, or still to be done. */
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
   * @param waited whether the answer meant "applied"; else it meant "will be"
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
   * @param reader who read; what one reader sees of a point never goes back
   * @param ids the points seen
   * @param versions their versions, in the same order
   * @param doubled how many ids came more than once
   * @param leaked how many points of other tenants came
   * @param faulty how many points did not match themselves
   * @param mixed how many points had a vector that is older than their payload says
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
   * A count, or the size of a full scroll, beside what it may have been.
   *
   * @param atLeast acknowledged and live at the start, without those whose deletion was invoked meanwhile
   * @param atMost invoked and live at the end
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
