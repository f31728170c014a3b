/** Tests of the models on a small HTTP server that answers as Text Embeddings Inference does. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.rag.tei;
