package dev.guildhall.controller.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guildhall.controller.kube.Owners;
import dev.guildhall.crds.CostReport;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A statement of the ledger as CSV: the grouping, GPU-seconds, cost, tokens, charge and margin of
 * each row, then the total.
 *
 * @param total cost of all rows with currency
 * @param rows how many
 * @param csv header, rows, total
 */
record Statement(String total, int rows, String csv) {

  private static final List<String> FIGURES =
      List.of(
          "gpuSeconds",
          "cost",
          "requests",
          "inputTokens",
          "cachedInputTokens",
          "outputTokens",
          "charge",
          "margin");

  static Statement of(JsonNode answer) {
    var by =
        StreamSupport.stream(answer.path("groupBy").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    var currency = answer.path("currency").asText();
    var lines = new ArrayList<String>();
    lines.add(String.join(",", by) + "," + String.join(",", FIGURES) + ",currency");
    for (var row : answer.path("rows")) {
      var group =
          by.stream()
              .map(name -> field(row.path("group").path(name).asText("")))
              .collect(Collectors.joining(","));
      lines.add(group + "," + figures(row) + "," + currency);
    }
    lines.add("total" + ",".repeat(by.size()) + figures(answer.path("total")) + "," + currency);
    var total = answer.path("bill").path("cost").asText() + " " + currency;
    return new Statement(total, answer.path("rows").size(), String.join("\n", lines) + "\n");
  }

  ConfigMap configMap(CostReport report) {
    return new ConfigMapBuilder()
        .withMetadata(
            Owners.metadata(
                    report,
                    report.getMetadata().getName(),
                    Map.of("app.kubernetes.io/managed-by", "guildhall"))
                .build())
        .withData(Map.of("statement.csv", csv))
        .build();
  }

  private static String figures(JsonNode row) {
    return FIGURES.stream()
        .map(name -> field(row.path(name).asText("")))
        .collect(Collectors.joining(","));
  }

  /** RFC 4180; a leading formula character is disarmed for spreadsheets. */
  private static String field(String text) {
    var safe = text.matches("^[=+@].*|^-[^0-9].*") ? "'" + text : text;
    return safe.matches(".*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }
}
