package io.tierkeeper.lab.kubeapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.lab.kubeapi.http.ApiDispatcher;
import io.tierkeeper.lab.kubeapi.http.ApiRequest;
import io.tierkeeper.lab.kubeapi.resource.ResourceTypes;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * A Kubernetes API without a network, for simulations: each call is answered on the thread that makes it, by way of a
 * wire on which it may be late, lost, or cut off; a watcher gets events on the thread that writes.
 */
public final class KubernetesWithoutPorts {

  /** Kinds with their schemas and rules, compiled once and shared by any number of APIs. */
  public static final class Definitions {
    private final ResourceTypes types;

    private Definitions(ResourceTypes types) {
      this.types = types;
    }

    /** Compiles definitions. */
    public static Definitions of(List<CustomResourceDefinition> definitions) {
      ApiDispatcher api =
          new ApiDispatcher(Clock.systemUTC(), () -> UUID.randomUUID().toString());
      for (CustomResourceDefinition definition : definitions) {
        ApiDispatcher.Answer answer = api.answer(ApiRequest.of(
            "POST",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            "application/json",
            "application/json",
            "tierkeeper",
            Serialization.asJson(definition)));
        if (answer.code() >= 300) {
          throw new IllegalArgumentException("rejected: " + answer.body());
        }
      }
      return new Definitions(api.types());
    }
  }

  /**
   * A request on its way.
   *
   * @param query without the question mark; empty where there is none
   */
  public record Request(String method, String path, String query, String body) {

    /** Whether the server changes nothing for it. */
    public boolean reading() {
      return method.equals("GET");
    }
  }

  /** What the server answers. */
  public record Reply(int code, String body) {}

  /** The way of a process to the server and back. */
  @FunctionalInterface
  public interface Wire {

    /**
     * Carries a request.
     *
     * @param server answers the request each time it is called
     * @throws IOException where no answer comes back
     */
    Reply carry(Request request, Supplier<Reply> server) throws IOException;
  }

  private final ApiDispatcher api;

  /**
   * An empty API.
   *
   * @param clock where creation times come from
   * @param ids makes uids; no value may come twice, and five of its first characters make generated names
   */
  public KubernetesWithoutPorts(Definitions definitions, Clock clock, Supplier<String> ids) {
    api = new ApiDispatcher(definitions.types, clock, ids);
    api.createNamespace("default");
  }

  /** A client of the namespace {@code default} on a wire; it cannot watch. */
  public KubernetesClient client(Wire wire) {
    Config config = new ConfigBuilder(Config.empty())
        .withMasterUrl("http://kubernetes.invalid")
        .withNamespace("default")
        .withRequestRetryBackoffLimit(0)
        .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new LocalHttpClient.Factory(this, wire))
        .build();
  }

  /**
   * Watches a kind in all namespaces, from everything there is on.
   *
   * @param events receives the type of each event, {@code ADDED}, {@code MODIFIED} or {@code DELETED}, and its object, which must
   *     not be changed
   * @return what ends it
   */
  public Runnable watch(String apiVersion, String plural, BiConsumer<String, ObjectNode> events) {
    return api.watch(
        ApiRequest.of("GET", "/apis/" + apiVersion + "/" + plural + "?watch=true", "", "", "", ""),
        events::accept);
  }

  Reply carry(Wire wire, StandardHttpRequest request) throws IOException {
    String query = request.uri().getRawQuery() == null ? "" : request.uri().getRawQuery();
    String body = request.body() instanceof StandardHttpRequest.StringBodyContent text
        ? text.getContent()
        : "";
    ApiRequest parsed = ApiRequest.of(
        request.method(),
        request.uri().getRawPath() + (query.isEmpty() ? "" : "?" + query),
        request.getContentType(),
        request.header("Accept"),
        "tierkeeper",
        body);
    return wire.carry(new Request(parsed.method(), parsed.path(), query, body), () -> {
      ApiDispatcher.Answer answer = api.answer(parsed);
      return new Reply(answer.code(), answer.body().toString());
    });
  }
}
