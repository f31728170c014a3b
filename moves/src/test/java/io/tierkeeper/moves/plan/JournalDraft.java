package io.tierkeeper.moves.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.VerificationReport;
import java.time.Instant;
import java.util.function.Consumer;

/** A journal as it is stored, member by member. */
final class JournalDraft {
  private final ObjectNode stored = JsonNodeFactory.instance.objectNode();

  private JournalDraft() {}

  static MoveJournal journal(Consumer<JournalDraft> members) {
    JournalDraft draft = new JournalDraft();
    members.accept(draft);
    return MoveJournal.fromJson(draft.stored);
  }

  void step(MoveStep step) {
    stored.put("step", step.name());
  }

  void deeds(int deeds) {
    stored.put("deeds", deeds);
  }

  void startedAt(Instant at) {
    stored.put("startedAt", at.toString());
  }

  void startSentAt(Instant at) {
    stored.put("startSentAt", at.toString());
  }

  void activeSince(Instant since) {
    stored.put("activeSince", since.toString());
  }

  void baseline(String fingerprint) {
    stored.put("baseline", fingerprint);
  }

  void verification(VerificationReport report) {
    stored.set("verification", new ObjectMapper().valueToTree(report));
  }

  void deletionBegun(boolean begun) {
    stored.put("deletionBegun", begun);
  }

  void undo(boolean undo) {
    stored.put("undo", undo);
  }

  void aborting(boolean aborting) {
    stored.put("aborting", aborting);
  }

  void abortReason(String reason) {
    stored.put("abortReason", reason);
  }

  void quietSince(Instant since) {
    stored.put("quietSince", since.toString());
  }

  void copied(String fingerprint) {
    stored.put("copied", fingerprint);
  }

  void transferProbed() {
    stored.put("transferProbed", true);
  }

  void stalledFor(String reason) {
    stored.put("stalledFor", reason);
  }

  void interrupted(boolean interrupted) {
    stored.put("interrupted", interrupted);
  }
}
