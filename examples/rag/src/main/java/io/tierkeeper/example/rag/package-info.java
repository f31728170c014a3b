/** An application that answers questions from the documents of its tenants, and what brings it a Qdrant and a promotion. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.example.rag;
