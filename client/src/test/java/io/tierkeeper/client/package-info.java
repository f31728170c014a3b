/** Tests of the tenant client on the emulator, and on a real Qdrant where there is one. */
@org.jspecify.annotations.NullMarked
package io.tierkeeper.client;
