/** Tests of the adapter to LangChain4j on the emulator, and on a real Qdrant where there is one. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.rag;
