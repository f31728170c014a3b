package io.tierkeeper.operator.trigger;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks for the reconciliation of a resource of one kind; rings before the controller has started go unheard. */
public final class Doorbell<P extends HasMetadata> {

  private static final long AFTER_A_DELETION_MILLIS = 1_000;

  private final Source<P> source;
  private volatile @Nullable Cache<P> cache;

  public Doorbell(String name) {
    source = new Source<>(name);
  }

  /** For the controller of the kind. */
  public SimpleInboundEventSource<P> source() {
    return source;
  }

  /** For the controller of the kind, with what it watches. */
  public SimpleInboundEventSource<P> source(Cache<P> watched) {
    cache = watched;
    return source;
  }

  public void ring(String namespace, String name) {
    if (source.isRunning()) {
      source.propagateEvent(new ResourceID(name, namespace));
    }
  }

  /**
   * To be called when the deletion of a resource is reconciled: has one that was made anew under the same name looked at.
   * The SDK drops what it hears of the new one until the deletion of the old one has been seen to, and with that the only
   * event there may ever be.
   */
  public void deleted(P resource) {
    ResourceID id = ResourceID.fromResource(resource);
    CompletableFuture.delayedExecutor(AFTER_A_DELETION_MILLIS, TimeUnit.MILLISECONDS)
        .execute(() -> {
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
