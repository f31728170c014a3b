package io.tierkeeper.client;

import io.qdrant.client.grpc.Points.PayloadExcludeSelector;
import io.qdrant.client.grpc.Points.PayloadIncludeSelector;
import io.qdrant.client.grpc.Points.VectorsSelector;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is read of a point: fields of the payload, and vectors. The id is always read, with its text. */
public final class Shown {

  /** The whole payload, no vectors. */
  public static final Shown PAYLOAD = new Shown(true, null, null, false, null);

  /** The whole payload and all vectors. */
  public static final Shown ALL = new Shown(true, null, null, true, null);

  /** The id only. */
  public static final Shown ID = new Shown(false, null, null, false, null);

  private final boolean payload;
  private final @Nullable List<String> included;
  private final @Nullable List<String> excluded;
  private final boolean vectors;
  private final @Nullable List<String> names;

  private Shown(
      boolean payload,
      @Nullable List<String> included,
      @Nullable List<String> excluded,
      boolean vectors,
      @Nullable List<String> names) {
    this.payload = payload;
    this.included = included;
    this.excluded = excluded;
    this.vectors = vectors;
    this.names = names;
  }

  /** These fields of the payload only. */
  public static Shown fields(String... paths) {
    return new Shown(false, List.of(paths), null, false, null);
  }

  /** All fields of the payload but these. */
  public static Shown without(String... paths) {
    return new Shown(true, null, List.of(paths), false, null);
  }

  /** The vectors of these names as well; without a name all vectors. */
  public Shown andVectors(String... vectorNames) {
    return new Shown(
        payload,
        included,
        excluded,
        true,
        vectorNames.length == 0 ? null : Arrays.asList(vectorNames.clone()));
  }

  WithPayloadSelector payloadSelector() {
    WithPayloadSelector.Builder selector = WithPayloadSelector.newBuilder();
    if (excluded != null) {
      return selector
          .setExclude(PayloadExcludeSelector.newBuilder()
              .addAllFields(excluded.stream()
                  .filter(field -> !TenantScope.neededFields().contains(field))
                  .toList()))
          .build();
    }
    if (payload) {
      return selector.setEnable(true).build();
    }
    return selector
        .setInclude(PayloadIncludeSelector.newBuilder()
            .addAllFields(included == null ? List.of() : included)
            .addAllFields(TenantScope.neededFields()))
        .build();
  }

  WithVectorsSelector vectorsSelector() {
    return names == null
        ? WithVectorsSelector.newBuilder().setEnable(vectors).build()
        : WithVectorsSelector.newBuilder()
            .setInclude(VectorsSelector.newBuilder().addAllNames(names))
            .build();
  }
}
