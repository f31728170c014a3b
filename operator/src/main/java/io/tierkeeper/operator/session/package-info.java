/** What exists while this process leads, independent of what runs it: threads and clocks are behind ports. */
@NullMarked
package io.tierkeeper.operator.session;

import org.jspecify.annotations.NullMarked;
