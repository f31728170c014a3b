package io.tierkeeper.operator.process;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** Counts what goes to the API server in a {@link FaultInjectingOperator}; in every other process it does nothing. */
@NullUnmarked
public final class FaultInjectingHttpClientFactory implements HttpClient.Factory {
  private final HttpClient.Factory real = new JdkHttpClientFactory();

  @Override
  public int priority() {
    return real.priority() + 1;
  }

  @Override
  public HttpClient.Builder newBuilder() {
    return counted(real.newBuilder());
  }

  @Override
  public HttpClient.Builder newBuilder(Config config) {
    return counted(real.newBuilder(config));
  }

  private static HttpClient.Builder counted(HttpClient.Builder builder) {
    if (FaultPoint.active()) {
      builder.addOrReplaceInterceptor("fault-point", new Interceptor() {
        @Override
        public void before(BasicBuilder request, HttpRequest sent, RequestTags tags) {
          write(sent).ifPresent(FaultPoint::before);
        }

        @Override
        public void after(
            HttpRequest sent,
            HttpResponse<?> answer,
            AsyncBody.Consumer<List<ByteBuffer>> consumer) {
          write(sent).ifPresent(FaultPoint::after);
        }
      });
    }
    return builder;
  }

  /** The name of a write; the lease is renewed by the clock, so that its writes are no boundaries of a move. */
  private static java.util.Optional<String> write(HttpRequest request) {
    String path = request.uri().getPath();
    boolean counts = !request.method().equals("GET")
        && !path.contains("/leases")
        && !path.contains("/selfsubject");
    return counts
        ? java.util.Optional.of("kubernetes " + request.method() + " " + kind(path))
        : java.util.Optional.empty();
  }

  /** {@code tiermoves/status} of a whole path. */
  private static String kind(String path) {
    String[] parts = path.split("/");
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].equals("namespaces") && i + 2 < parts.length) {
        return parts[i + 2] + (i + 4 < parts.length ? "/" + parts[i + 4] : "");
      }
    }
    return path;
  }
}
