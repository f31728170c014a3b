/** What the layout and the options of a Qdrant collection allow, in the reasons and words of conditions. */
@NullMarked
package io.tierkeeper.operator.layout;

import org.jspecify.annotations.NullMarked;
