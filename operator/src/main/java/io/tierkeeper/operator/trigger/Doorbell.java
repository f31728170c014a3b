package io.tierkeeper.operator.trigger;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/** Asks for the reconciliation of a resource of one kind; rings before the controller has started go unheard. */
public final class Doorbell<P extends HasMetadata> {

  private final SimpleInboundEventSource<P> source;

  public Doorbell(String name) {
    source = new SimpleInboundEventSource<>(name);
  }

  /** For the controller of the kind. */
  public SimpleInboundEventSource<P> source() {
    return source;
  }

  public void ring(String namespace, String name) {
    if (source.isRunning()) {
      source.propagateEvent(new ResourceID(name, namespace));
    }
  }
}
