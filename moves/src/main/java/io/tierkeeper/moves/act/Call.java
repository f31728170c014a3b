package io.tierkeeper.moves.act;

/** A mutation of one call, or of a few that belong together; finished when it returns. */
public sealed interface Call extends Mutation
    permits AbortTransfer,
        CreateKey,
        DeleteKey,
        Drain,
        Freeze,
        LiftFence,
        MoveShard,
        ProbeTransfer,
        RaiseFence,
        RecoverFrozen,
        ReplicateShard,
        Revive,
        Snapshot,
        StartReplication {}
