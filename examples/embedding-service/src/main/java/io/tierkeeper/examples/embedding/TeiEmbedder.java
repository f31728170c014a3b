package io.tierkeeper.examples.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Vectors of a server of Hugging Face Text Embeddings Inference: {@code POST /embed}. */
final class TeiEmbedder implements Embedder {

  private static final int OK = 200;
  private static final int FAILED_INFERENCE = 424;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int MAX_SHOWN = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI url;
  private final int size;
  private final Duration timeout;

  /**
   * @param base without {@code /embed}
   * @param size that its vectors must have
   * @param timeout of one call
   */
  TeiEmbedder(URI base, int size, Duration timeout) {
    this.url = URI.create(base.toString().replaceAll("/+$", "") + "/embed");
    this.size = size;
    this.timeout = timeout;
  }

  @Override
  public List<float[]> embed(List<String> texts) {
    try {
      // A text that is too long is an error: its vector would be that of its beginning.
      HttpRequest request = HttpRequest.newBuilder(url)
          .timeout(timeout)
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(
              Map.of("inputs", texts, "normalize", true, "truncate", false))))
          .build();
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      int status = response.statusCode();
      if (status != OK) {
        String body = response.body();
        throw new EmbeddingException(
            status == FAILED_INFERENCE || status == TOO_MANY_REQUESTS || status >= SERVER_ERROR,
            response
                .headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,4}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(null),
            url + " answered " + status + ": "
                + body.substring(0, Math.min(MAX_SHOWN, body.length())).strip(),
            null);
      }
      return checked(texts.size(), JSON.readValue(response.body(), float[][].class));
    } catch (JsonProcessingException e) {
      throw new EmbeddingException(false, null, url + " did not answer a list of vectors", e);
    } catch (IOException e) {
      throw new EmbeddingException(true, null, url + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddingException(true, null, "interrupted while " + url + " embeds", e);
    }
  }

  private List<float[]> checked(int texts, float[][] vectors) {
    if (vectors.length != texts) {
      throw new EmbeddingException(
          false, null, url + " gave " + vectors.length + " vectors for " + texts + " texts", null);
    }
    for (float[] vector : vectors) {
      if (vector.length != size) {
        throw new EmbeddingException(
            false,
            null,
            url + " gave a vector of size " + vector.length + ", EMBEDDING_MODELS has " + size,
            null);
      }
    }
    return List.of(vectors);
  }
}
