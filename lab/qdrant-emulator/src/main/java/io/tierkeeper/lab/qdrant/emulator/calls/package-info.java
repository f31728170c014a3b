/** What each call passes before it is performed: pauses, injected faults, the API key, the log of mutating calls. */
@NullMarked
package io.tierkeeper.lab.qdrant.emulator.calls;

import org.jspecify.annotations.NullMarked;
