package io.tierkeeper.operator.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of status: server-side apply of a fresh object that holds nothing but our status, and none at all where
 * it would change nothing or nothing that a reader would care about.
 *
 * <p>It remembers what it wrote, since a watch may be late: a journal that was written must be seen by the next step.
 */
public final class StatusWriter {

  /** Our name as the owner of fields. */
  public static final String FIELD_MANAGER = "tierkeeper";

  private static final Duration NOISE_REST = Duration.ofMinutes(10);
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final Map<String, Written> written = new ConcurrentHashMap<>();

  private record Written(Object status, String resourceVersion, Instant at) {}

  public StatusWriter(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The status as last written here, or as read where it was changed since or never written here. */
  public <T, R extends CustomResource<?, T>> @Nullable T last(R resource) {
    Written mine = written.get(uid(resource));
    if (mine == null
        || newer(resource.getMetadata().getResourceVersion(), mine.resourceVersion())) {
      return resource.getStatus();
    }
    @SuppressWarnings("unchecked")
    T status = (T) mine.status();
    return status;
  }

  /**
   * The status as {@link #last}, but one that was never written here is read from the server: a cache may be older than
   * what a predecessor wrote, and a move that goes on from an older journal has forgotten what it did.
   */
  public <T, R extends CustomResource<?, T>> @Nullable T newest(R resource) {
    if (!written.containsKey(uid(resource))) {
      R now = client.resource(resource).get();
      if (now != null && uid(now).equals(uid(resource)) && now.getStatus() != null) {
        written.put(
            uid(now),
            new Written(now.getStatus(), now.getMetadata().getResourceVersion(), clock.instant()));
      }
    }
    return last(resource);
  }

  /** Writes the status unless it is the same as the last one; answers whether it was written. */
  public <T, R extends CustomResource<?, T>> boolean write(R resource, T status) {
    return write(resource, status, (before, after) -> false);
  }

  /**
   * Writes the status unless it is the same as the last one, or differs only by noise and was written less than ten
   * minutes ago.
   *
   * @param noise whether a reader would not care for the difference between the last status and this one
   * @return whether it was written; also false where the resource is gone
   */
  public <T, R extends CustomResource<?, T>> boolean write(
      R resource, T status, BiPredicate<T, T> noise) {
    @Nullable T before = last(resource);
    if (before != null) {
      if (json(before).equals(json(status))) {
        return false;
      }
      Written mine = written.computeIfAbsent(
          uid(resource),
          uid -> new Written(before, resource.getMetadata().getResourceVersion(), clock.instant()));
      if (noise.test(before, status) && clock.instant().isBefore(mine.at().plus(NOISE_REST))) {
        return false;
      }
    }
    R fresh = fresh(resource);
    fresh.setStatus(status);
    try {
      R answer = client
          .resource(fresh)
          .subresource("status")
          .patch(new PatchContext.Builder()
              .withPatchType(PatchType.SERVER_SIDE_APPLY)
              .withFieldManager(FIELD_MANAGER)
              .withForce(true)
              .build());
      written.put(
          uid(resource),
          new Written(status, answer.getMetadata().getResourceVersion(), clock.instant()));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        forget(uid(resource));
        return false;
      }
      throw e;
    }
  }

  /** Lets go of a resource that is deleted. */
  public void forget(String uid) {
    written.remove(uid);
  }

  @SuppressWarnings("unchecked")
  private static <R extends CustomResource<?, ?>> R fresh(R resource) {
    try {
      R fresh = (R) resource.getClass().getDeclaredConstructor().newInstance();
      fresh.setMetadata(new ObjectMetaBuilder()
          .withName(resource.getMetadata().getName())
          .withNamespace(resource.getMetadata().getNamespace())
          .build());
      return fresh;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no default constructor in " + resource.getClass(), e);
    }
  }

  private static String uid(CustomResource<?, ?> resource) {
    return resource.getMetadata().getUid();
  }

  private static boolean newer(@Nullable String version, String than) {
    try {
      return version != null && Long.parseLong(version) > Long.parseLong(than);
    } catch (NumberFormatException e) {
      // Kubernetes promises no order; where there is none, what we wrote is the better guess.
      return false;
    }
  }

  private static String json(Object status) {
    try {
      return Serialization.jsonMapper().writeValueAsString(status);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("status cannot be written as JSON", e);
    }
  }
}
