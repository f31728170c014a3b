@NullMarked
package io.tierkeeper.migrate;

import org.jspecify.annotations.NullMarked;
