package io.tierkeeper.moves.act;

import io.tierkeeper.audit.MoveEvent;
import java.util.Map;

/** An audit event of the whole move, recorded once for each attempt. */
public record Milestone(MoveEvent event, String reason, Map<String, Long> counts) {}
