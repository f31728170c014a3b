package io.tierkeeper.lab.workload;

import java.time.Duration;

/** What the clients of one tenant do and how fast; may be changed while they run. */
final class ClientSettings {

  private volatile int targetPoints;
  private volatile Duration writerPause = Duration.ofMillis(20);
  private volatile Duration readerPause = Duration.ofMillis(100);
  private volatile boolean updatesOnly;
  private volatile boolean keepsPayloads;
  private volatile boolean keepsVectors;
  private volatile boolean keepsAll;
  private volatile boolean passesByDedicated;
  private volatile boolean insertsOnly;
  private volatile boolean changesOnce;
  private volatile int readPeers;
  private volatile Duration lateAfter = Duration.ofMillis(500);

  /** Number of points that the writers insert or delete up to. */
  int targetPoints() {
    return targetPoints;
  }

  void targetPoints(int points) {
    targetPoints = points;
  }

  /** Pause of each writer between two operations. */
  Duration writerPause() {
    return writerPause;
  }

  /** Pause of each reader between two operations. */
  Duration readerPause() {
    return readerPause;
  }

  void pauses(Duration ofWriters, Duration ofReaders) {
    writerPause = ofWriters;
    readerPause = ofReaders;
  }

  /** Whether writers only change points, without inserts and deletes. */
  boolean updatesOnly() {
    return updatesOnly;
  }

  /** Whether no write replaces a payload as a whole and leaves the vectors. */
  boolean keepsPayloads() {
    return keepsPayloads;
  }

  void keepPayloads(boolean keeps) {
    keepsPayloads = keeps;
    keepsVectors &= keeps;
  }

  /** Whether no write changes vectors of a point and leaves its payload. */
  boolean keepsVectors() {
    return keepsVectors;
  }

  void keepVectors(boolean keeps) {
    keepsVectors = keeps;
  }

  /** Whether writers remove no points and no fields. */
  boolean keepsAll() {
    return keepsAll;
  }

  void keepAll(boolean keeps) {
    keepsAll = keeps;
  }

  /** Whether whole points go to the fallback by its own name, whether or not the tenant has a dedicated key. */
  boolean passesByDedicated() {
    return passesByDedicated;
  }

  void passByDedicated(boolean passes) {
    passesByDedicated = passes;
  }

  /** A write that took longer may have arrived after a switch; the next one of its point is one of the whole point. */
  Duration lateAfter() {
    return lateAfter;
  }

  void lateAfter(Duration time) {
    lateAfter = time;
  }

  /** Whether writers only insert points. */
  boolean insertsOnly() {
    return insertsOnly;
  }

  void insertOnly(boolean only) {
    insertsOnly = only;
  }

  /** Whether a point that was written since this was set is not changed again. */
  boolean changesOnce() {
    return changesOnce;
  }

  void changeOnce(boolean once) {
    changesOnce = once;
  }

  /** Each reader reads from one of so many peers, the first ones, as long as that answers; 0: from any at each read. */
  int readPeers() {
    return readPeers;
  }

  void readPeers(int first) {
    readPeers = first;
  }

  void updateOnly() {
    updatesOnly = true;
  }
}
