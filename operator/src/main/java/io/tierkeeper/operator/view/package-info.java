/** The watched resources as the reconcilers see them. */
@NullMarked
package io.tierkeeper.operator.view;

import org.jspecify.annotations.NullMarked;
