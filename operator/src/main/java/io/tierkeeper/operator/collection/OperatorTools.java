package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.operator.config.OperatorOptions;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveSlots;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.view.ResourceViews;

/** What the reconciliations of all collections and moves share while this process leads. */
public record OperatorTools(
    KubernetesClient client,
    OperatorOptions options,
    ResourceViews views,
    StatusWriter statuses,
    EventRecorder events,
    OperatorMeters meters,
    CollectionRuntimes runtimes,
    MoveSlots slots) {}
