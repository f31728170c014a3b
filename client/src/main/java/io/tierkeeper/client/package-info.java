/**
 * The tenant client for applications: every read and every write by filter carries the tenant's shard key selector and the tenant
 * filter.
 *
 * <p>Large because what applications see and what builds its requests share a package: a public class in another package could be
 * used to send a request without them.
 */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.client;
