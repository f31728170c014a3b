package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The last decisions about a tenant that the API still has: its events and its moves. The trail has all of them. */
final class Decisions {

  private static final int MAX_MOVES = 5;

  private Decisions() {}

  /** One decision; the names of the components are those of the JSON. */
  record Entry(String time, String subject, String reason, String message) {}

  /**
   * The last ones, the newest first.
   *
   * @param limit how many at most
   */
  static List<Entry> of(Cluster cluster, TenantSubject subject, int limit) {
    List<Entry> all = new ArrayList<>();
    if (subject.tier() != null) {
      events(
          cluster,
          subject.namespace(),
          "TenantTier",
          subject.tier().getMetadata().getName(),
          all);
    }
    subject.moves().stream().limit(MAX_MOVES).forEach(move -> {
      events(cluster, subject.namespace(), "TierMove", move.getMetadata().getName(), all);
      ended(move, all);
    });
    return all.stream()
        .sorted(Comparator.comparing(Entry::time).reversed())
        .limit(limit)
        .toList();
  }

  private static void ended(TierMove move, List<Entry> into) {
    TierMoveStatus status = move.getStatus();
    // Where there are no events any more, the TierMove itself says how it ended.
    if (status != null
        && status.finishedAt() != null
        && into.stream()
            .noneMatch(entry -> entry.reason().equals(status.phase())
                && entry.subject().endsWith(move.getMetadata().getName()))) {
      into.add(new Entry(
          status.finishedAt(),
          "TierMove/" + move.getMetadata().getName(),
          Objects.requireNonNullElse(status.phase(), "Ended"),
          Objects.requireNonNullElse(status.message(), "")));
    }
  }

  private static void events(
      Cluster cluster, String namespace, String kind, String name, List<Entry> into) {
    List<Event> events;
    try {
      events = cluster
          .client()
          .v1()
          .events()
          .inNamespace(namespace)
          .withFields(Map.of("involvedObject.kind", kind, "involvedObject.name", name))
          .list()
          .getItems();
    } catch (KubernetesClientException e) {
      // Who may not read events can read the rest.
      return;
    }
    for (Event event : events) {
      String time = event.getEventTime() == null
          ? event.getMetadata().getCreationTimestamp()
          : event.getEventTime().getTime();
      into.add(new Entry(
          String.valueOf(time).replaceFirst("\\.[0-9]+Z$", "Z"),
          kind + "/" + name,
          Objects.requireNonNullElse(event.getReason(), ""),
          Objects.requireNonNullElse(event.getMessage(), "")));
    }
  }
}
