/** Reads trails back as typed events, oldest line first. */
@NullMarked
package io.tierkeeper.audit.history;

import org.jspecify.annotations.NullMarked;
