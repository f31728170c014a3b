/** The four artifacts that the HUF framework's own tools read. */
@NullMarked
package io.tierkeeper.huf;

import org.jspecify.annotations.NullMarked;
