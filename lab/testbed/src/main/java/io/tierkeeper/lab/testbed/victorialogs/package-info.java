/** A real VictoriaLogs, which ingests audit trails and evaluates queries. */
@NullMarked
package io.tierkeeper.lab.testbed.victorialogs;

import org.jspecify.annotations.NullMarked;
