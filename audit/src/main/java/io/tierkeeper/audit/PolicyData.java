package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A policy came into force or changed, or is repeated at the beginning of a file.
 *
 * @param previousHash of the policy in force before; null for the first
 * @param spec the whole spec with defaults filled in, whose canonical form has the policy's hash; empty in a piece
 * @param piece of the spec where it is too long for one line; null where it is not. Readers of trails get whole specs.
 */
public record PolicyData(
    ResourceRef object,
    PolicyRef policy,
    @Nullable String previousHash,
    ObjectNode spec,
    @Nullable Piece piece)
    implements EventData {

  /** A spec whose text is longer is written in pieces of so many characters, each of which fits into a line. */
  private static final int LONGEST_TEXT = 6_000;

  /**
   * A part of the text of a spec.
   *
   * @param part from 1
   * @param text of which all parts together are the spec as JSON
   */
  public record Piece(int part, int parts, String text) {}

  /** A policy as a whole. */
  public PolicyData(
      ResourceRef object, PolicyRef policy, @Nullable String previousHash, ObjectNode spec) {
    this(object, policy, previousHash, spec, null);
  }

  /** The events in which it is written: itself, or its pieces in order. */
  public List<PolicyData> inPieces() {
    String text = spec.toString();
    if (text.length() <= LONGEST_TEXT) {
      return List.of(this);
    }
    int parts = (text.length() + LONGEST_TEXT - 1) / LONGEST_TEXT;
    List<PolicyData> pieces = new ArrayList<>(parts);
    for (int i = 0; i < parts; i++) {
      String part =
          text.substring(i * LONGEST_TEXT, Math.min(text.length(), (i + 1) * LONGEST_TEXT));
      pieces.add(new PolicyData(
          object,
          policy,
          previousHash,
          JsonNodeFactory.instance.objectNode(),
          new Piece(i + 1, parts, part)));
    }
    return pieces;
  }

  @Override
  public AuditType type() {
    return AuditType.POLICY;
  }

  @Override
  public boolean continues() {
    return piece != null && piece.part() > 1;
  }
}
