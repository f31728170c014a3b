package io.tierkeeper.rag;

import dev.langchain4j.rag.content.Content;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TenantContentRetriever} found, and in which order it is. The metadata of each segment says the same under
 * {@link #ORDER_KEY}, for callers that see the contents only.
 *
 * @param contents best first
 * @param order which score they are ordered by
 * @param reason why they are not in the order of the reranker; null if they are
 */
public record Retrieval(
    List<Content> contents, Order order, @Nullable String reason) {

  /** Which score the contents are ordered by. */
  public enum Order {
    /** By the reranker's score, which is in {@code ContentMetadata.RERANKED_SCORE}. */
    RERANKED("reranked"),
    /** By the similarity of the vectors: there is no reranker, or it failed, or there was nothing to rerank. */
    VECTOR("vector");

    private final String label;

    Order(String label) {
      this.label = label;
    }

    /** The value in the metadata of a segment. */
    public String label() {
      return label;
    }
  }

  /**
   * The metadata key of a segment that says which order it came in: {@code reranked} or {@code vector}. Its prefix is reserved, so no
   * metadata of the application has it; an embedding store does not write it.
   */
  public static final String ORDER_KEY = "tierkeeper_order";

  public Retrieval {
    contents = List.copyOf(contents);
  }

  /** Whether the contents are in the order of the reranker. */
  public boolean isReranked() {
    return order == Order.RERANKED;
  }
}
