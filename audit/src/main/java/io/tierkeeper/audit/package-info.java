/**
 * The tamper-evident trail: typed events, their JSON, and the sink that records them.
 *
 * <p>Arrows point downward only: {@code history} (reads trails back) and {@code verify} (names the first broken line)
 * use {@code file} (stores and recovers), which uses this package and {@code chain} (hashes and signatures). Design and
 * rejected ideas: {@code DESIGN.md} next to the sources.
 *
 * <p>Large because each type of event is a record, and a sealed interface and its records share a package.
 */
@NullMarked
package io.tierkeeper.audit;

import org.jspecify.annotations.NullMarked;
