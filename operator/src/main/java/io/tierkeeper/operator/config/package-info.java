/** What a person may set when starting the operator, read from the environment or given in code. */
@NullMarked
package io.tierkeeper.operator.config;

import org.jspecify.annotations.NullMarked;
