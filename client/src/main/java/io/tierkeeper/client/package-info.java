/**
 * The tenant client for applications: every read and every write by filter carries the tenant's shard key selector and the tenant
 * filter.
 */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.client;
