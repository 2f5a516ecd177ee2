package dev.guildhall.gateway.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the records of a spool add up to. Pure; not safe for use by several threads. */
final class SpoolState {

  private static final String LOST = "gateway_lost";

  private final Map<String, SpoolRecord> live = new LinkedHashMap<>();

  void apply(SpoolRecord record) {
    switch (record.op()) {
      case OPEN -> live.putIfAbsent(record.id(), record);
      // A usage record is final: progress that was written late must not undo it.
      case PROGRESS ->
          live.computeIfPresent(
              record.id(), (id, old) -> old.op() == SpoolRecord.Op.USAGE ? old : record);
      case USAGE -> live.put(record.id(), record);
      case DONE -> live.remove(record.id());
      default -> throw new IllegalStateException("unknown record " + record.op());
    }
  }

  /** The records that must survive compaction, in order. */
  List<SpoolRecord> live() {
    return List.copyOf(live.values());
  }

  int pending() {
    return (int) live.values().stream().filter(r -> r.op() == SpoolRecord.Op.USAGE).count();
  }

  /**
   * Settles what a dead process left running: what was used until its last progress record is usage
   * now, what used nothing is done.
   *
   * @return the records that say so
   */
  List<SpoolRecord> settle() {
    List<SpoolRecord> settled = new ArrayList<>();
    for (SpoolRecord record : live()) {
      if (record.op() == SpoolRecord.Op.OPEN) {
        settled.add(new SpoolRecord(SpoolRecord.Op.DONE, record.id(), null));
      } else if (record.op() == SpoolRecord.Op.PROGRESS) {
        settled.add(new SpoolRecord(SpoolRecord.Op.USAGE, record.id(), lost(record.usage())));
      }
    }
    return settled;
  }

  private static UsageEvent lost(UsageEvent u) {
    return new UsageEvent(
        u.id(),
        u.tenant(),
        u.key(),
        u.model(),
        u.deployment(),
        u.group(),
        u.at(),
        u.promptTokens(),
        u.cachedTokens(),
        u.completionTokens(),
        u.prefillNanos(),
        u.decodeNanos(),
        u.ranks(),
        LOST,
        u.elsewhere());
  }
}
