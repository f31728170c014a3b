/** Tests of the client's metrics. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.client.micrometer;
