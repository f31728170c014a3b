package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.WalConfigDiff;

/** What Qdrant 1.18.3 answers for the settings that a collection was created without. */
final class CollectionDefaults {
  private static final HnswConfigDiff HNSW = HnswConfigDiff.newBuilder()
      .setM(16)
      .setEfConstruct(100)
      .setFullScanThreshold(10_000)
      .setMaxIndexingThreads(0)
      .setOnDisk(false)
      .build();
  private static final OptimizersConfigDiff OPTIMIZERS = OptimizersConfigDiff.newBuilder()
      .setDeletedThreshold(0.2)
      .setVacuumMinVectorNumber(1000)
      .setDefaultSegmentNumber(0)
      .setIndexingThreshold(10_000)
      .setFlushIntervalSec(5)
      .build();
  private static final WalConfigDiff WAL = WalConfigDiff.newBuilder()
      .setWalCapacityMb(32)
      .setWalSegmentsAhead(0)
      .setWalRetainClosed(1)
      .build();

  private CollectionDefaults() {}

  static HnswConfigDiff complete(HnswConfigDiff given) {
    return HNSW.toBuilder().mergeFrom(given).build();
  }

  static OptimizersConfigDiff complete(OptimizersConfigDiff given) {
    return OPTIMIZERS.toBuilder().mergeFrom(given).build();
  }

  static WalConfigDiff complete(WalConfigDiff given) {
    return WAL.toBuilder().mergeFrom(given).build();
  }
}
