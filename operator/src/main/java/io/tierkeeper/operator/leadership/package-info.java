/** One leader among any number of replicas, and the instant until which it may still change Qdrant. */
@NullMarked
package io.tierkeeper.operator.leadership;

import org.jspecify.annotations.NullMarked;
