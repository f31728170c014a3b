/** What tests stand on: one place that chooses the realest Kubernetes API, and the rendered chart. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.lab.testbed;
