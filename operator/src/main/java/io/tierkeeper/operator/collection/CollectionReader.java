package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.MeasurementObserver;
import io.tierkeeper.evaluation.MeasurementRequest;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.connection.ConnectionFault;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.layout.LayoutJudgement;
import io.tierkeeper.operator.layout.SameCollection;
import io.tierkeeper.operator.layout.StrictModeJudgement;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.view.ResourceViews;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.TenantId;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads what an evaluation needs: the policy, the layout of the collection and the points of its tenants. */
final class CollectionReader {

  private final ResourceViews views;
  private final CollectionRuntimes runtimes;
  private final InstantSource clock;
  private final StatusWriter statuses;
  private final CollectionProvisioning provisioning;

  CollectionReader(
      ResourceViews views,
      CollectionRuntimes runtimes,
      InstantSource clock,
      StatusWriter statuses) {
    this.views = views;
    this.runtimes = runtimes;
    this.clock = clock;
    this.statuses = statuses;
    provisioning = new CollectionProvisioning(runtimes);
  }

  TierPolicy policy(CollectionCase about) throws Unusable {
    LocalReference reference = about.spec().policyRef();
    String name = reference == null ? null : reference.name();
    Optional<TierPolicy> found =
        name == null ? Optional.empty() : views.policy(about.namespace(), name);
    return found.orElseThrow(() -> new Unusable(
        ConditionTypes.POLICY_RESOLVED,
        new Finding(
            Reasons.POLICY_NOT_FOUND,
            "spec.policyRef: TierPolicy " + (name == null ? "" : name)
                + " does not exist in namespace " + about.namespace()
                + "; create it or correct the name")));
  }

  static Policy rules(TierPolicy policy) throws Unusable {
    try {
      return Policy.read(policy);
    } catch (IllegalArgumentException e) {
      throw new Unusable(
          ConditionTypes.POLICY_RESOLVED,
          new Finding(
              Reasons.POLICY_INVALID,
              "TierPolicy " + policy.getMetadata().getName() + ": " + e.getMessage()));
    }
  }

  CollectionGround ground(CollectionCase about, Policy rules, CollectionStatusWriter status)
      throws Unusable {
    TieredCollectionSpec spec = about.spec();
    Map<TenantId, String> lastEnded =
        MoveFacts.of(views.movesOf(about.namespace(), about.name()), statuses).lastEnded();
    Connection connection;
    CollectionProvisioning.Observed observed;
    Optional<Finding> invalid;
    try {
      String name = Objects.requireNonNull(spec.collection());
      Connection known = runtimes.connection(about.resource());
      ClusterLayout first = new LayoutObserver(known.cluster()).observe(name);
      connection =
          LayoutJudgement.incomplete(first) ? runtimes.reconnect(about.resource(), known) : known;
      ClusterLayout layout =
          connection == known ? first : new LayoutObserver(connection.cluster()).observe(name);
      Optional<Finding> unreachable = LayoutJudgement.unreachable(layout);
      if (unreachable.isPresent()) {
        throw new Unusable(ConditionTypes.QDRANT_REACHABLE, unreachable.get());
      }
      LayoutJudgement.unreached(spec, layout)
          .ifPresentOrElse(status::peersNotReached, status::qdrantReachable);
      observed = CollectionProvisioning.Observed.of(connection, name, layout);
      invalid = governedElsewhere(about, name, layout);
      if (invalid.isEmpty()) {
        observed = provisioning.provide(
            about, connection, observed, rules.moves().common().deleteBatch(), status);
      }
    } catch (ConnectionFault e) {
      throw new Unusable(ConditionTypes.QDRANT_REACHABLE, new Finding(e.reason(), e.sentence()));
    } catch (QdrantException e) {
      throw new Unusable(
          ConditionTypes.QDRANT_REACHABLE,
          new Finding(Reasons.QDRANT_UNREACHABLE, "spec.qdrant: " + e.getMessage()));
    }
    ClusterLayout layout = observed.layout();
    CollectionDescription description = observed.description();
    if (invalid.isEmpty()) {
      invalid = LayoutJudgement.invalid(spec, about.fallback(), layout, description);
    }
    if (invalid.isEmpty() && description != null) {
      invalid = StrictModeJudgement.of(description, rules.moves().common().deleteBatch());
    }
    if (invalid.isPresent()) {
      throw new Unusable(ConditionTypes.LAYOUT_VALID, invalid.get());
    }
    status.layoutValid();
    return new CollectionGround(connection, layout, Objects.requireNonNull(description), lastEnded);
  }

  /** An alias, or the collection of an older TieredCollection. */
  private Optional<Finding> governedElsewhere(
      CollectionCase about, String name, ClusterLayout layout) {
    Set<String> peers = layout.peers().stream()
        .map(peer -> Long.toUnsignedString(peer.status().peerId()))
        .collect(Collectors.toSet());
    return layout
        .peers()
        .get(0)
        .port()
        .aliased(name)
        .map(target -> LayoutJudgement.alias(name, target))
        .or(() -> SameCollection.older(about.resource(), views.collections(), peers)
            .map(conflict -> new Finding(Reasons.CONFLICT, conflict)));
  }

  /** @param declared tenants that are measured even where they are not among the largest */
  Measurement measure(
      CollectionCase about, CollectionGround ground, Policy rules, Set<TenantId> declared) {
    TieredCollectionSpec spec = about.spec();
    boolean discover = spec.discovery() == null
        || spec.discovery().mode() == null
        || spec.discovery().mode() != TieredCollectionSpec.DiscoveryMode.Off;
    return new MeasurementObserver(clock)
        .measure(
            ground.port(),
            new MeasurementRequest(
                Objects.requireNonNull(spec.collection()),
                Objects.requireNonNull(spec.tenantKey()),
                ground.index(spec.tenantKey()),
                about.fallback(),
                LayoutJudgement.activeKeys(about.fallback(), ground.layout()),
                declared,
                discover,
                ground.facetLimit(),
                about.runtime().unindexed(),
                about.runtime().keyCounts(),
                rules.decisions()));
  }
}
