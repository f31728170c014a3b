/** The demo: an embedded Kubernetes and Qdrant, a loaded collection, and the operator at work on it. */
@NullMarked
package io.tierkeeper.lab.demo;

import org.jspecify.annotations.NullMarked;
