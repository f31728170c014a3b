package io.tierkeeper.operator.trigger;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Requests the reconciliation of resources of one kind; requests before its controller has started are dropped. */
public final class ReconcileTrigger<P extends HasMetadata> {

  private static final Duration RECHECK_DELAY = Duration.ofSeconds(1);

  private final Source<P> source;
  private final EvaluationTimer timer;
  private volatile @Nullable Cache<P> cache;

  /** @param name of the event source, unique in its controller */
  public ReconcileTrigger(String name, EvaluationTimer timer) {
    source = new Source<>(name);
    this.timer = timer;
  }

  /** The event source for the controller of the kind, with what it watches. */
  public SimpleInboundEventSource<P> source(Cache<P> watched) {
    cache = watched;
    return source;
  }

  /** Requests a reconciliation of the resource. */
  public void request(String namespace, String name) {
    if (source.isRunning()) {
      source.propagateEvent(new ResourceID(name, namespace));
    }
  }

  /**
   * To be called when the deletion of a resource is reconciled: requests the reconciliation of one that was created anew
   * under the same name. The SDK drops the events of the new one until the deletion of the old one has been reconciled,
   * and with them the only event there may ever be.
   */
  public void recheckAfterDeletion(P resource) {
    ResourceID id = ResourceID.fromResource(resource);
    timer.once(RECHECK_DELAY, () -> {
      Cache<P> watched = cache;
      if (watched != null && source.isRunning()) {
        watched.get(id).ifPresent(anew -> source.seen(id, anew));
      }
    });
  }

  private static final class Source<P extends HasMetadata> extends SimpleInboundEventSource<P> {
    Source(String name) {
      super(name);
    }

    void seen(ResourceID id, P resource) {
      getEventHandler().handleEvent(new ResourceEvent(ResourceAction.UPDATED, id, resource));
    }
  }
}
