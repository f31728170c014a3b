/** The dashboards of the chart, as Grafana imports them. */
@NullMarked
package io.tierkeeper.lab.testbed.grafana;

import org.jspecify.annotations.NullMarked;
