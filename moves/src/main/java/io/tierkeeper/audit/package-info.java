/** The tamper-evident trail: one CloudEvents line for each observation, decision and step. */
@NullMarked
package io.tierkeeper.audit;

import org.jspecify.annotations.NullMarked;
