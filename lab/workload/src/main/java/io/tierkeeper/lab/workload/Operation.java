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

  /** The operations of Qdrant that write a point. */
  enum WriteKind {
    UPSERT,
    /** Of several points in one call. */
    BATCH_UPSERT,
    SET_PAYLOAD,
    OVERWRITE_PAYLOAD,
    DELETE_PAYLOAD,
    /** Followed by a new payload in the same batch. */
    CLEAR_PAYLOAD,
    UPDATE_VECTORS,
    DELETE_VECTORS,
    /** Deletes by ids. */
    DELETE,
    DELETE_BY_FILTER;

    /** Whether it creates the point where it is absent. */
    boolean whole() {
      return this == UPSERT || this == BATCH_UPSERT;
    }

    /** Whether it deletes the point. */
    boolean deletes() {
      return this == DELETE || this == DELETE_BY_FILTER;
    }
  }

  /**
   * A write of one point.
   *
   * @param version unique and rising for each id; a delete takes a version too
   * @param sets the bits of each {@link PointRegister} that it gives the value of its version
   * @param removes the bits of each register that it removes
   * @param waited whether the answer meant "applied"; otherwise it meant "will be applied"
   */
  record Write(
      ShardKey tenant,
      WriteKind kind,
      long id,
      long version,
      int sets,
      int removes,
      boolean waited,
      long invokedAt,
      long returnedAt,
      Outcome outcome)
      implements Operation {

    /** A write of a point without further fields. */
    public Write(
        ShardKey tenant,
        WriteKind kind,
        long id,
        long version,
        boolean waited,
        long invokedAt,
        long returnedAt,
        Outcome outcome) {
      this(
          tenant,
          kind,
          id,
          version,
          kind.deletes()
              ? 0
              : PointRegister.POINT.bit() | (kind.whole() ? PointRegister.VECTOR.bit() : 0),
          kind.deletes() ? -1 : 0,
          waited,
          invokedAt,
          returnedAt,
          outcome);
    }

    /** Whether it sets or removes a register. */
    boolean touches(PointRegister register) {
      return ((sets | removes) & register.bit()) != 0;
    }

    boolean removes(PointRegister register) {
      return (removes & register.bit()) != 0;
    }
  }

  /**
   * A read of a tenant's points.
   *
   * @param reader identifies the client; the versions of a point that it reads never decrease
   * @param ids of the points returned
   * @param versions of these points, in the same order
   * @param registers the version of each {@link PointRegister} of these points, in the same order; empty where only their
   *     versions are known
   * @param doubled how many ids were returned more than once
   * @param leaked how many points of other tenants were returned
   * @param faulty how many points were in a state that was never written
   */
  record Read(
      ShardKey tenant,
      int reader,
      long[] ids,
      long[] versions,
      long[][] registers,
      int doubled,
      int leaked,
      int faulty,
      long invokedAt,
      long returnedAt,
      Outcome outcome)
      implements Operation {

    /** A read of which only the versions of the points are known. */
    public Read(
        ShardKey tenant,
        int reader,
        long[] ids,
        long[] versions,
        int doubled,
        int leaked,
        int faulty,
        long invokedAt,
        long returnedAt,
        Outcome outcome) {
      this(
          tenant,
          reader,
          ids,
          versions,
          new long[0][],
          doubled,
          leaked,
          faulty,
          invokedAt,
          returnedAt,
          outcome);
    }
  }

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
