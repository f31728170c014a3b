/** Writes the committed CRD files from the Java types, and checks that they are what the types say. */
@NullMarked
package io.tierkeeper.api.generator;

import org.jspecify.annotations.NullMarked;
