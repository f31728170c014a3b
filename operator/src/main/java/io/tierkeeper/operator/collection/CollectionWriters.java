package io.tierkeeper.operator.collection;

import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.move.MoveTidier;
import io.tierkeeper.operator.status.StatusWriter;

/** Everything that an evaluation writes to Kubernetes through. */
public record CollectionWriters(
    StatusWriter statuses,
    EventRecorder events,
    MovePublisher moves,
    MoveTidier tidier,
    TenantDiscovery discovery,
    TenantTierWriter tenants) {}
