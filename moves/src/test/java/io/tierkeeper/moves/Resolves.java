package io.tierkeeper.moves;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a test that stalls a move for this reason and resolves it with the command of the remedy. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Resolves {
  StallReason[] value();
}
