/** What is durable of a load: the rows that are written, and the rows that are refused. */
@NullMarked
package io.tierkeeper.load.journal;

import org.jspecify.annotations.NullMarked;
