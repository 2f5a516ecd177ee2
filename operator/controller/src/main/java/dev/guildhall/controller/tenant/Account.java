package dev.guildhall.controller.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.crds.KeyUse;
import dev.guildhall.crds.Spend;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tenant's account as the ledger tells it.
 *
 * @param spend this month's money; null while unknown
 * @param lastUsed day of each key's last charged request
 */
record Account(Spend spend, Map<String, String> lastUsed) {

  private static final int DAY = "2026-01-01".length();

  static Account unknown() {
    return new Account(null, Map.of());
  }

  static Account of(JsonNode answer) {
    var lastUsed = new TreeMap<String, String>();
    for (var key : answer.path("keys")) {
      var at = key.path("lastUsedAt").asText("");
      if (at.length() >= DAY) {
        lastUsed.put(key.path("key").asText(), at.substring(0, DAY));
      }
    }
    var spend =
        new Spend(
            text(answer, "charge"),
            text(answer, "reserved"),
            text(answer, "left"),
            text(answer, "currency"));
    return new Account(spend, lastUsed);
  }

  /**
   * The keys in force, with the day of their last use: finer times would rewrite the status with
   * each request.
   */
  List<KeyUse> uses(List<String> inForce) {
    return inForce.stream().map(id -> new KeyUse(id, lastUsed.get(id))).toList();
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).isTextual() ? node.path(field).asText() : null;
  }
}
