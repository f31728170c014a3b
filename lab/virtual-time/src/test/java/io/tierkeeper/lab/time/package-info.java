@NullMarked
package io.tierkeeper.lab.time;

import org.jspecify.annotations.NullMarked;
