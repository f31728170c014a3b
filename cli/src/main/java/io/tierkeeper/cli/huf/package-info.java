/** Where the compositions come from that are exported as HUF artifacts: score files, audit trails, live collections. */
@NullMarked
package io.tierkeeper.cli.huf;

import org.jspecify.annotations.NullMarked;
