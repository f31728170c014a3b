/** The rule that makes a trail tamper-evident: the form and the hash of a line, checkpoints and their signatures; no files. */
@NullMarked
package io.tierkeeper.audit.chain;

import org.jspecify.annotations.NullMarked;
