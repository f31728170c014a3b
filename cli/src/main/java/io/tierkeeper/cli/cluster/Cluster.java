package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.launcher.FailureException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes API and the namespace of a command.
 *
 * @param client closed with this
 */
record Cluster(KubernetesClient client, String namespace) implements AutoCloseable {

  /** How the API server names the writer of a field. */
  static final String FIELD_MANAGER = "kubectl-tier";

  private static final int NOT_FOUND = 404;
  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;
  private static final int INVALID = 422;
  private static final int CONFLICT = 409;

  /** More than this is no coincidence. */
  private static final int ATTEMPTS = 20;

  /** The objects of a kind in the namespace, or in all. */
  <T extends HasMetadata> List<T> list(Class<T> kind, boolean everywhere) {
    return everywhere
        ? client.resources(kind).inAnyNamespace().list().getItems()
        : client.resources(kind).inNamespace(namespace).list().getItems();
  }

  /** Changes a few fields of an object by a merge patch, and returns what is stored. */
  <T extends HasMetadata> T merge(T object, JsonNode patch) {
    return client
        .resource(object)
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON_MERGE)
                .withFieldManager(FIELD_MANAGER)
                .build(),
            patch.toString());
  }

  /** A change that depends on what is stored. */
  @FunctionalInterface
  interface Change<T> {
    /** Reads the object, and stores it with its resource version. */
    void apply(T stored) throws JsonProcessingException;
  }

  /**
   * Makes a change that depends on what is stored, and repeats it on a conflict: the operator writes the status of the object
   * at any time.
   */
  <T extends HasMetadata> void change(T read, Change<T> change) throws JsonProcessingException {
    T stored = read;
    for (int attempt = 1; ; attempt++) {
      try {
        change.apply(stored);
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
        stored = client.resource(stored).get();
        if (stored == null) {
          throw new FailureException(
              read.getKind() + " " + read.getMetadata().getName() + " was deleted");
        }
      }
    }
  }

  /** Creates an object. */
  <T extends HasMetadata> T create(T object) {
    return client.resource(object).create();
  }

  /** The user as the API server knows it; empty where the server does not say, which before 1.28 it does not. */
  Optional<String> user() {
    try {
      String answer = client.raw(
          "/apis/authentication.k8s.io/v1/selfsubjectreviews",
          "POST",
          new ObjectMapper().readTree("""
              {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}"""));
      return answer == null
          ? Optional.empty()
          : Optional.of(new ObjectMapper()
                  .readTree(answer)
                  .at("/status/userInfo/username")
                  .asText())
              .filter(name -> !name.isBlank());
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND || e.getCode() == FORBIDDEN) {
        return Optional.empty();
      }
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** One line for what the API server refuses, or that it does not answer. */
  FailureException failure(KubernetesClientException thrown) {
    Status status = thrown.getStatus();
    @Nullable String words = status == null ? null : status.getMessage();
    if (thrown.getCode() <= 0) {
      return new FailureException("no answer from the cluster at " + client.getMasterUrl() + ": "
          + cause(thrown) + "; check --kubeconfig, --context and the network");
    }
    return new FailureException(
        switch (thrown.getCode()) {
          case UNAUTHORIZED ->
            "the cluster at " + client.getMasterUrl()
                + " does not accept the credentials of the kubeconfig; log in again";
          case FORBIDDEN -> "forbidden: " + Objects.requireNonNullElse(words, "by the API server");
          case NOT_FOUND ->
            words != null && words.contains("not found")
                ? words
                : "the cluster does not serve tierkeeper.io/v1alpha1; install the chart or the CRDs first";
          case INVALID -> Objects.requireNonNullElse(words, "the API server refuses the change");
          case CONFLICT ->
            "the object was changed at the same time; run the command again ("
                + Objects.requireNonNullElse(words, "conflict") + ")";
          default ->
            "the API server answered " + thrown.getCode() + ": "
                + Objects.requireNonNullElse(words, cause(thrown));
        });
  }

  /** What the JDK's client means; its exceptions often have no message. */
  private static String cause(Throwable thrown) {
    String last = String.valueOf(thrown.getMessage());
    for (Throwable each = thrown.getCause(); each != null; each = each.getCause()) {
      if (each instanceof UnknownHostException) {
        return "unknown host " + each.getMessage();
      }
      if (each instanceof HttpTimeoutException) {
        return "timed out";
      }
      if (each instanceof ConnectException) {
        return "connection refused";
      }
      last = each.getMessage() == null ? each.getClass().getSimpleName() : each.getMessage();
    }
    return last;
  }

  @Override
  public void close() {
    client.close();
  }
}
