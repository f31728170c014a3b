package io.tierkeeper.moves;

/** What holds for moves on every backend. */
interface MoveContract
    extends MoveRoundTripContract,
        MoveBackContract,
        MoveFenceContract,
        MoveFreezeContract,
        MoveVectorContract,
        MoveMergeContract,
        MoveWindowContract,
        MoveAttributionContract,
        MoveFaultContract,
        MoveStallContract,
        MoveOutageContract,
        MoveInterruptionContract,
        MoveObstacleContract,
        MoveOwnershipContract,
        MoveRetentionContract,
        MoveWaitContract,
        MoveReplicaContract,
        MoveShardContract,
        MoveSnapshotContract {}
