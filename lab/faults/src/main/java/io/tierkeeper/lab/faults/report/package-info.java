/** What runs report, and the figures that add up to. */
@NullMarked
package io.tierkeeper.lab.faults.report;

import org.jspecify.annotations.NullMarked;
