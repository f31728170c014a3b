package io.tierkeeper.qdrant.contract;

/**
 * Everything that the port promises and the engine's facts state, as far as a client can see it. A test class
 * implements this and names its backend, which it starts once for all tests.
 */
public interface QdrantPortContract
    extends RoutingContract,
        LayoutContract,
        SettingsContract,
        PromotionContract,
        PointContract,
        ValueContract,
        ReplicaContract,
        StrictModeContract,
        AliasContract,
        SnapshotContract {}
