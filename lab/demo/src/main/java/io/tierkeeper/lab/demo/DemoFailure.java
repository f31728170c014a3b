package io.tierkeeper.lab.demo;

/** The demo cannot continue; the message names what it waited for and what it last saw. */
public final class DemoFailure extends Exception {
  DemoFailure(String message) {
    super(message);
  }
}
