/** Where the reconcilers run: the port, and its adapter for the Java Operator SDK. */
@NullMarked
package io.tierkeeper.operator.host;

import org.jspecify.annotations.NullMarked;
