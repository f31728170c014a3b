@NullMarked
package io.tierkeeper.operator.provision;

import org.jspecify.annotations.NullMarked;
