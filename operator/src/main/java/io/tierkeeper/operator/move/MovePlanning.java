package io.tierkeeper.operator.move;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePlan;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.plan.MovePlanner;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From a decision to the TierMove that a person can read and approve. */
public final class MovePlanning {

  /** Label with the TieredCollection's name. */
  public static final String COLLECTION_LABEL = "tierkeeper.io/collection";

  /** Relative change of a tenant's points that a plan outlives. */
  public static final double TOLERANCE = 0.2;

  /** Input of a plan: the tenant's size relative to the size that promotion asks for, when it was planned. */
  public static final String RELATIVE_SIZE = "relativeSize";

  private static final int SAMPLE = 16;

  private MovePlanning() {}

  /** The engine's move for a TierMove. */
  public static Move move(
      String name,
      String uid,
      TieredCollection collection,
      TenantId.Kind tenantIndex,
      TenantId tenant,
      io.tierkeeper.governance.decision.Direction direction,
      MoveSettings settings) {
    return new Move(
        name,
        uid,
        "/namespaces/" + collection.getMetadata().getNamespace() + "/tieredcollections/"
            + collection.getMetadata().getName(),
        Objects.requireNonNull(collection.getSpec().collection()),
        Objects.requireNonNull(collection.getSpec().tenantKey()),
        tenantIndex,
        tenant,
        ShardKey.of(Objects.requireNonNull(collection.getSpec().fallbackShardKey())),
        direction,
        settings);
  }

  /**
   * What the move will do and cost as things stand.
   *
   * @param relativeSize the input {@link #RELATIVE_SIZE}; null for a plan of before there was one
   */
  public static MovePlan plan(
      Move move,
      ClusterLayout layout,
      long points,
      long bytes,
      @Nullable String relativeSize,
      Policy rules) {
    SortedMap<String, String> inputs = new TreeMap<>();
    MoveSettings settings = move.settings();
    inputs.put("verify", settings.verification().level().name());
    inputs.put("replicationFactor", Integer.toString(settings.replicationFactor()));
    inputs.put("placement", settings.placement().name());
    if (relativeSize != null) {
      inputs.put(RELATIVE_SIZE, relativeSize);
    }
    PlannedTenant.input(move).ifPresent(kind -> inputs.put(PlannedTenant.INDEX, kind));
    if (move.direction() == io.tierkeeper.governance.decision.Direction.DEMOTE) {
      inputs.put("strategy", settings.demotion().strategy().name());
    }
    return MovePlanner.plan(move, layout, points, bytes, rules.version(), inputs);
  }

  /** Reads a plan back from a TierMove. */
  public static MovePlan read(TierMoveSpec spec) {
    TierMoveSpec.Plan plan = Objects.requireNonNull(spec.plan());
    TierMoveSpec.PlannedBy policy = plan.policy();
    return new MovePlan(
        Objects.requireNonNull(spec.direction()).name(),
        PlannedTenant.text(spec),
        Objects.requireNonNullElse(plan.points(), 0L),
        Objects.requireNonNullElse(plan.bytes(), 0L),
        Objects.requireNonNullElse(plan.estimatedSeconds(), 0L),
        Objects.requireNonNullElse(plan.peers(), List.<String>of()).stream()
            .map(MovePlanning::peer)
            .toList(),
        Objects.requireNonNullElse(plan.newSegments(), 0),
        Objects.requireNonNullElse(plan.steps(), List.of()),
        policy == null ? "" : policy.name() + "/" + policy.generation(),
        new TreeMap<>(Objects.requireNonNullElse(plan.inputs(), Map.of())));
  }

  private static long peer(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException(
          "spec.plan.peers", "'" + text + "'", "ids of peers, unsigned 64-bit numbers");
    }
  }

  /**
   * How many replicas a plan gives a dedicated shard.
   *
   * @throws InvalidValueException when it says something else than a number that is possible
   */
  public static int replicas(MovePlan plan) {
    String text = plan.inputs().getOrDefault("replicationFactor", "1");
    if (!text.matches("[1-9][0-9]{0,2}")) {
      throw new InvalidValueException(
          "spec.plan.inputs.replicationFactor", "'" + text + "'", "a whole number from 1 to 999");
    }
    return Integer.parseInt(text);
  }

  /**
   * The TierMove of a plan, owned by the TenantTier.
   *
   * @param taken names of TierMoves that exist
   */
  public static TierMove resource(
      TieredCollection collection,
      TenantTier owner,
      Move move,
      MovePlan plan,
      Policy rules,
      Set<String> taken) {
    TierMove resource = new TierMove();
    resource.setMetadata(new ObjectMetaBuilder()
        .withName(TierNames.tierMove(collection, move, plan, taken))
        .withNamespace(collection.getMetadata().getNamespace())
        .addToLabels(COLLECTION_LABEL, TierNames.label(collection.getMetadata().getName()))
        .withOwnerReferences(new OwnerReferenceBuilder()
            .withApiVersion(owner.getApiVersion())
            .withKind(owner.getKind())
            .withName(owner.getMetadata().getName())
            .withUid(owner.getMetadata().getUid())
            .withController(true)
            .withBlockOwnerDeletion(false)
            .build())
        .build());
    resource.setSpec(new TierMoveSpec(
        new LocalReference(collection.getMetadata().getName()),
        move.tenant().keyword(),
        move.tenant().number(),
        switch (move.direction()) {
          case PROMOTE -> Direction.Promote;
          case DEMOTE -> Direction.Demote;
        },
        plan.hash(),
        new TierMoveSpec.Plan(
            plan.points(),
            plan.bytes(),
            plan.estimatedSeconds(),
            plan.peers().stream().map(Long::toUnsignedString).toList(),
            plan.newSegments(),
            plan.steps(),
            new TierMoveSpec.PlannedBy(rules.name(), rules.generation()),
            plan.inputs()),
        false,
        false,
        false,
        null,
        null));
    return resource;
  }

  /** Bytes of the tenant's points, from a few of them. */
  public static long bytes(QdrantReads port, Move move, long points) {
    ShardKey where = move.direction() == io.tierkeeper.governance.decision.Direction.PROMOTE
        ? move.fallback()
        : move.dedicated();
    List<Point> sample = port.scroll(ScrollRequest.whole(
            move.collection(), ShardSelector.key(where), move.tenantFilter(), SAMPLE))
        .points();
    long sampled = sample.stream().mapToLong(MovePlanning::size).sum();
    return sample.isEmpty() ? 0 : sampled / sample.size() * points;
  }

  private static long size(Point point) {
    long vectors = point.vectors().values().stream()
        .mapToLong(vector -> switch (vector) {
          case PointVector.Dense dense -> 4L * dense.values().length;
          case PointVector.Sparse sparse -> 8L * sparse.values().length;
          case PointVector.MultiDense multi ->
            4L * multi.rows().length * (multi.rows().length == 0 ? 0 : multi.rows()[0].length);
        })
        .sum();
    return vectors + point.payload().toString().length();
  }
}
