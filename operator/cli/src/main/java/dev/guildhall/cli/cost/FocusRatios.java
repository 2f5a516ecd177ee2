package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.planner.cost.LargestRemainder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a deployment's cost was split: ratios of its GPU time per row, twelve decimals, adding up to
 * exactly one per deployment.
 */
final class FocusRatios {
  private static final int DECIMALS = 12;

  private FocusRatios() {}

  /** Ratios by {@link #key}; rows that no deployment holds have none. */
  static Map<String, BigDecimal> of(JsonNode rows) {
    Map<String, List<JsonNode>> deployments = new LinkedHashMap<>();
    for (JsonNode row : rows) {
      if (!row.at("/group/deployment").asText().equals("-") && seconds(row).signum() > 0) {
        String origin = row.at("/group/pool").asText() + "/" + row.at("/group/deployment").asText();
        deployments.computeIfAbsent(origin, o -> new ArrayList<>()).add(row);
      }
    }
    Map<String, BigDecimal> ratios = new HashMap<>();
    for (List<JsonNode> split : deployments.values()) {
      List<BigDecimal> nanos = split.stream().map(row -> seconds(row).movePointRight(9)).toList();
      BigDecimal whole = nanos.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
      List<BigDecimal> shares = LargestRemainder.round(nanos, whole, DECIMALS);
      for (int i = 0; i < split.size(); i++) {
        ratios.put(key(split.get(i)), shares.get(i));
      }
    }
    return ratios;
  }

  static String key(JsonNode row) {
    return row.path("group").toString();
  }

  private static BigDecimal seconds(JsonNode row) {
    return new BigDecimal(row.path("gpuSeconds").asText());
  }
}
