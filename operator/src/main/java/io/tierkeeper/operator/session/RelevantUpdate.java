package io.tierkeeper.operator.session;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.tierkeeper.api.v1alpha1.Annotations;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Accepts updates of the spec, of the deletion timestamp and of the requested evaluation. Updates of the status are the
 * operator's own and must not trigger it again.
 */
public final class RelevantUpdate implements OnUpdateFilter<HasMetadata> {

  @Override
  public boolean accept(HasMetadata now, HasMetadata before) {
    return !Objects.equals(
            now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
        || !Objects.equals(request(now), request(before));
  }

  private static @Nullable String request(HasMetadata resource) {
    return resource.getMetadata().getAnnotations() == null
        ? null
        : resource.getMetadata().getAnnotations().get(Annotations.REQUESTED_AT);
  }
}
