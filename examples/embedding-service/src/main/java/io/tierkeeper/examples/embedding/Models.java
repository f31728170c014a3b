package io.tierkeeper.examples.embedding;

import io.tierkeeper.client.CollectionSpec.VectorSpec;
import io.tierkeeper.client.Distance;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The models that this process can use. Each has a named vector of the collection. */
final class Models {

  /** The model of {@code POST /vectors/mock}, which is always there. */
  static final String MOCK = "mock";

  static final int MOCK_SIZE = 64;

  private final Map<String, Embedder> embedders = new LinkedHashMap<>();
  private final Map<String, VectorSpec> vectors = new LinkedHashMap<>();

  Models(Settings settings, Meters meters) {
    add(MOCK, MOCK_SIZE, new MockEmbedder(MOCK, MOCK_SIZE), meters);
    for (Settings.ModelSettings model : settings.models()) {
      Embedder embedder = model.url() == null
          ? new MockEmbedder(model.name(), model.size())
          : new TeiEmbedder(model.url(), model.size(), Settings.EMBED_TIMEOUT);
      add(model.name(), model.size(), embedder, meters);
    }
  }

  private void add(String name, int size, Embedder embedder, Meters meters) {
    embedders.put(name, texts -> meters.embed(name, () -> embedder.embed(texts)));
    vectors.put(name, new VectorSpec.Dense(size, Distance.COSINE));
  }

  /** The names. */
  Set<String> names() {
    return embedders.keySet();
  }

  /** The vectors of a collection for these models. */
  Map<String, VectorSpec> vectors() {
    return vectors;
  }

  /**
   * The embedder of a model.
   *
   * @throws Embedder.EmbeddingException if this process does not know it; another may, so the job is worth another attempt
   */
  Embedder embedder(String name) {
    Embedder embedder = embedders.get(name);
    if (embedder == null) {
      throw new Embedder.EmbeddingException(
          true,
          null,
          "EMBEDDING_MODELS of this process has " + names() + ", but not " + name,
          null);
    }
    return embedder;
  }
}
