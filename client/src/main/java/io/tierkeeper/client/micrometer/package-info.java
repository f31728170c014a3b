/** Metrics of the client for Micrometer, which an application brings itself. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.client.micrometer;
