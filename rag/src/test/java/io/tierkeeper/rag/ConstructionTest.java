package io.tierkeeper.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tierkeeper.client.ClientConfig;
import io.tierkeeper.client.Distance;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.client.TenantClientException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store has a tenant, a retriever has a store, and wrong values are refused with what is allowed. */
class ConstructionTest {

  private static TenantClient client(ClientConfig.Builder config) {
    // Opens no connection before its first call.
    return TenantClient.connect(config.build());
  }

  private static List<Method> publicFactories(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method ->
            Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
        .toList();
  }

  @Test
  void noStoreIsMadeWithoutATenant() {
    for (Class<?> type : List.of(
        TenantEmbeddingStore.class,
        TenantEmbeddingStore.Builder.class,
        TenantContentRetriever.class,
        TenantContentRetriever.Builder.class)) {
      assertThat(type.getConstructors()).as(type.getName()).isEmpty();
      assertThat(Modifier.isFinal(type.getModifiers())).as(type.getName()).isTrue();
    }
    assertThat(publicFactories(TenantEmbeddingStore.class)).hasSize(4).allSatisfy(factory -> {
      assertThat(factory.getParameterTypes()).hasSize(2);
      assertThat(factory.getParameterTypes()[0]).isEqualTo(TenantClient.class);
      assertThat(factory.getParameterTypes()[1]).isIn(String.class, long.class);
    });
    assertThat(publicFactories(TenantContentRetriever.class))
        .singleElement()
        .satisfies(factory ->
            assertThat(factory.getParameterTypes()[0]).isEqualTo(TenantEmbeddingStore.class));
  }

  @Test
  void refusesTenantsThatCannotBe() {
    try (TenantClient client = client(ClientConfig.builder("kb"))) {
      assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
          .isThrownBy(() -> TenantEmbeddingStore.of(client, ""));
      assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
          .isThrownBy(() -> TenantEmbeddingStore.of(client, -1));
    }
  }

  @Test
  void refusesDistancesWhoseScoresAreNoSimilarities() {
    try (TenantClient client = client(ClientConfig.builder("kb").distance(Distance.EUCLID))) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> TenantEmbeddingStore.of(client, "acme"))
          .withMessageContaining("EUCLID; allowed: COSINE, or DOT");
    }
  }

  @Test
  void refusesFieldsOfOthersForTheText() {
    try (TenantClient client =
        client(ClientConfig.builder("kb").tenantField("metadata.tenant_id"))) {
      for (String field : List.of(" ", "tierkeeper_id", "metadata")) {
        assertThatExceptionOfType(IllegalArgumentException.class)
            .isThrownBy(() ->
                TenantEmbeddingStore.builder(client, "acme").textField(field).build())
            .withMessageContaining("textField is \"" + field + "\"; allowed: ");
      }
    }
  }

  @Test
  void refusesNumbersOfARetriever() {
    try (TenantClient client = client(ClientConfig.builder("kb"))) {
      TenantContentRetriever.Builder builder = TenantContentRetriever.builder(
          TenantEmbeddingStore.of(client, "acme"), new WordVectors());
      refuses(() -> builder.candidates(0), "candidates is 0, allowed: 1 to 1000");
      refuses(() -> builder.candidates(1_001), "candidates is 1001, allowed: 1 to 1000");
      refuses(() -> builder.oversampling(0), "oversampling is 0, allowed: 1 to 10");
      refuses(() -> builder.oversampling(11), "oversampling is 11, allowed: 1 to 10");
      refuses(() -> builder.scoreThreshold(1.01), "scoreThreshold is 1.01, allowed: -1 to 1");
      refuses(() -> builder.scoreThreshold(Double.NaN), "scoreThreshold is NaN, allowed: -1 to 1");
      refuses(() -> builder.results(0), "results is 0, allowed: 1 to 1000");
      refuses(() -> builder.candidates(3).build(), "results is 5, allowed: 1 to 3");
    }
  }

  private static void refuses(Runnable call, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(call::run)
        .withMessage(message);
  }
}
