/** An example application: embeds texts of tenants and searches them, through a transactional outbox and the tenant client. */
@NullMarked
package io.tierkeeper.examples.embedding;

import org.jspecify.annotations.NullMarked;
