package io.tierkeeper.operator.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
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
  private static final int CONFLICT = 409;
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final Map<String, Written> written = new ConcurrentHashMap<>();

  /**
   * What was written last.
   *
   * @param status null where the cache has shown it since
   * @param resource as the server had it then; null where it was not read or written here, or is not needed
   */
  private record Written(
      @Nullable Object status,
      String resourceVersion,
      Instant at,
      @Nullable Object resource) {

    /** Without the status, which the cache has, too. */
    Written shown() {
      return new Written(null, resourceVersion, at, resource);
    }
  }

  private enum Answer {
    WRITTEN,
    UNCHANGED,
    GONE
  }

  public StatusWriter(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The status as last written here, or as read where it was changed since or never written here. */
  public <T, R extends CustomResource<?, T>> @Nullable T last(R resource) {
    Written mine = written.get(uid(resource));
    String version = resource.getMetadata().getResourceVersion();
    if (mine == null || newer(version, mine.resourceVersion())) {
      return resource.getStatus();
    }
    if (mine.status() == null) {
      // Rare: a cache that was read anew from a replica of the API server that lags behind.
      return newer(mine.resourceVersion(), version) ? read(resource, mine) : resource.getStatus();
    }
    if (resource instanceof TenantTier
        && mine.resourceVersion().equals(version)
        && resource.getStatus() != null) {
      written.replace(uid(resource), mine, mine.shown());
    }
    @SuppressWarnings("unchecked")
    T status = (T) mine.status();
    return status;
  }

  private <T, R extends CustomResource<?, T>> @Nullable T read(R resource, Written mine) {
    R now = client.resource(resource).get();
    if (now == null || !uid(now).equals(uid(resource)) || now.getStatus() == null) {
      return resource.getStatus();
    }
    written.put(
        uid(now),
        new Written(now.getStatus(), now.getMetadata().getResourceVersion(), mine.at(), null));
    return now.getStatus();
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
            new Written(
                now.getStatus(), now.getMetadata().getResourceVersion(), clock.instant(), now));
      }
    }
    return last(resource);
  }

  /**
   * The resource as the server answered the last write of its status, or as given where that is newer: a watch may be late,
   * and a request in its spec would be seen too late.
   */
  public <R extends CustomResource<?, ?>> R latest(R resource) {
    Written mine = written.get(uid(resource));
    if (mine == null
        || mine.resource() == null
        || !newer(mine.resourceVersion(), resource.getMetadata().getResourceVersion())) {
      return resource;
    }
    @SuppressWarnings("unchecked")
    R answered = (R) mine.resource();
    return answered;
  }

  /**
   * Writes a status without which nothing may be done, unless it is the same as the last one.
   *
   * @throws ResourceGoneException if the resource is gone, or another has its name
   */
  public <T, R extends CustomResource<?, T>> void store(R resource, T status) {
    if (apply(resource, status, (before, after) -> false) == Answer.GONE) {
      throw new ResourceGoneException(
          resource.getKind(),
          resource.getMetadata().getNamespace(),
          resource.getMetadata().getName());
    }
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
    return apply(resource, status, noise) == Answer.WRITTEN;
  }

  private <T, R extends CustomResource<?, T>> boolean due(
      R resource, T status, BiPredicate<T, T> noise) {
    @Nullable T before = last(resource);
    if (before == null) {
      return true;
    }
    if (before.equals(status) || json(before).equals(json(status))) {
      return false;
    }
    Written mine = written.computeIfAbsent(
        uid(resource),
        uid ->
            new Written(null, resource.getMetadata().getResourceVersion(), clock.instant(), null));
    return !noise.test(before, status) || !clock.instant().isBefore(mine.at().plus(NOISE_REST));
  }

  private <T, R extends CustomResource<?, T>> Answer apply(
      R resource, T status, BiPredicate<T, T> noise) {
    if (!due(resource, status, noise)) {
      return Answer.UNCHANGED;
    }
    R fresh = fresh(resource);
    fresh.setStatus(status);
    try {
      R answer = send(resource, fresh);
      if (answer == null || !uid(answer).equals(uid(resource))) {
        // Another resource of the same name took the place of this one.
        forget(uid(resource));
        return Answer.GONE;
      }
      written.put(
          uid(resource),
          new Written(
              status,
              answer.getMetadata().getResourceVersion(),
              clock.instant(),
              // There may be ten thousand, and only requests to a move must not be seen late.
              resource instanceof TenantTier ? null : answer));
      return Answer.WRITTEN;
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        forget(uid(resource));
        return Answer.GONE;
      }
      throw e;
    }
  }

  /**
   * Sends a status. That of a TierMove must follow the one that is known here: a leader that was stopped for a while must not
   * replace the journal of its successor. What users have changed meanwhile is no obstacle.
   *
   * @return what the server answers; null where the resource is gone, or another has its name
   * @throws KubernetesClientException with 409 where another process has written the status meanwhile
   */
  private <R extends CustomResource<?, ?>> @Nullable R send(R resource, R fresh) {
    if (!(resource instanceof TierMove)) {
      return patch(fresh);
    }
    R known = latest(resource);
    fresh.getMetadata().setResourceVersion(known.getMetadata().getResourceVersion());
    for (int attempt = 1; ; attempt++) {
      try {
        return patch(fresh);
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT) {
          throw e;
        }
        R now = client.resource(resource).get();
        if (now == null || !uid(now).equals(uid(resource))) {
          return null;
        }
        if (attempt == ATTEMPTS || !sameStatus(now.getStatus(), known.getStatus())) {
          // The next step begins with what the server has.
          forget(uid(resource));
          throw e;
        }
        fresh.getMetadata().setResourceVersion(now.getMetadata().getResourceVersion());
      }
    }
  }

  private static boolean sameStatus(@Nullable Object one, @Nullable Object other) {
    return one == null || other == null ? one == other : json(one).equals(json(other));
  }

  private <R extends CustomResource<?, ?>> R patch(R fresh) {
    return client
        .resource(fresh)
        .subresource("status")
        .patch(new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(FIELD_MANAGER)
            .withForce(true)
            .build());
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
