package io.tierkeeper.operator.provision;

import io.tierkeeper.api.v1alpha1.ProvisionSpec.Profile;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.Map;

/** The values of the profiles; a field that none of them has is Qdrant's default. */
record Profiles(Options hnsw, Quantization quantization, Options optimizers) {

  /** As Qdrant's guide for multitenancy advises: a graph for each tenant and none over all. */
  private static final Profiles MULTI_TENANT =
      new Profiles(Options.of(Map.of("m", 0, "payload_m", 16)), Quantization.NONE, Options.NONE);

  /** One dense graph, INT8 in memory, few large segments. */
  private static final Profiles HIGH_THROUGHPUT = new Profiles(
      Options.of(Map.of("m", 32, "ef_construct", 256, "full_scan_threshold", 10_000)),
      new Quantization.Scalar(0.99f, true),
      Options.of(Map.of(
          "default_segment_number", 2,
          "max_segment_size", 500_000,
          "memmap_threshold", 200_000,
          "indexing_threshold", 20_000)));

  static Profiles of(Profile profile) {
    return switch (profile) {
      case MultiTenant -> MULTI_TENANT;
      case HighThroughput -> HIGH_THROUGHPUT;
    };
  }
}
