package io.tierkeeper.lab.demo;

/** The demo cannot go on; the message says what was waited for and what was seen instead. */
public final class DemoFailure extends Exception {
  DemoFailure(String message) {
    super(message);
  }
}
