@org.jspecify.annotations.NullMarked
package io.tierkeeper.examples.embedding;
