/** Lines of a trail for people. */
@NullMarked
package io.tierkeeper.audit.text;

import org.jspecify.annotations.NullMarked;
