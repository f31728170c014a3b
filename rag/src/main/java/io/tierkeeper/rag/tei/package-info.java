/** Models that Text Embeddings Inference serves over HTTP: an embedding model and a reranker. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.rag.tei;
