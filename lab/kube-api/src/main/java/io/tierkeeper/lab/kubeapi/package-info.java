/** A Kubernetes API inside the JVM, for the demo and for tests. */
@NullMarked
package io.tierkeeper.lab.kubeapi;

import org.jspecify.annotations.NullMarked;
