package io.tierkeeper.cli;

/** A wrong argument or file: the message is one line that says what, the value and what is allowed; exit code 2. */
final class UserMistake extends RuntimeException {
  UserMistake(String message) {
    super(message, null, false, false);
  }
}
