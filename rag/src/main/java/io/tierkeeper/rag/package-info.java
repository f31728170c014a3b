/**
 * The tenant client for LangChain4j: an embedding store that is bound to one tenant, and a content retriever that searches, reranks
 * and says in which order its results are.
 */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.rag;
