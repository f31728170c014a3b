package io.tierkeeper.moves;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says that a test brings a move to stall for this reason and does what it is then told. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Resolves {
  StallReason[] value();
}
