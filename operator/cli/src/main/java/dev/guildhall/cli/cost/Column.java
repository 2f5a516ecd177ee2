package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One column of a cost report.
 *
 * @param field its name in the ledger's answer
 * @param name its name in JSON and CSV, with the unit in CSV
 * @param title its heading in a table
 * @param unit unit of its values; {@code $} stands for the report's currency
 * @param definition what it counts
 */
record Column(String field, String name, String title, String unit, String definition) {

  static final List<Column> ALL =
      List.of(
          new Column(
              "gpuSeconds",
              "gpuSeconds",
              "GPU time",
              "GPU-s",
              "GPU-seconds that the row is billed for: held GPUs times time, exact to the nanosecond."),
          new Column(
              "cost",
              "cost",
              "Cost",
              "$",
              "Those GPU-seconds times the price per GPU-hour in force, rounded so that rows add up to the bill."),
          new Column(
              "requests", "requests", "Requests", "count", "Requests that ended in the period."),
          new Column(
              "inputTokens", "inputTokens", "Input", "tokens", "Prompt tokens that were computed."),
          new Column(
              "cachedInputTokens",
              "cachedInputTokens",
              "Cached input",
              "tokens",
              "Prompt tokens taken from the prefix cache."),
          new Column("outputTokens", "completionTokens", "Output", "tokens", "Generated tokens."),
          new Column(
              "inputCharge",
              "inputCharge",
              "Charge input",
              "$",
              "Input tokens at the tenant's rate card."),
          new Column(
              "cachedInputCharge",
              "cachedInputCharge",
              "Charge cached",
              "$",
              "Cached input tokens at the tenant's rate card."),
          new Column(
              "outputCharge",
              "outputCharge",
              "Charge output",
              "$",
              "Output tokens at the tenant's rate card."),
          new Column(
              "charge",
              "charge",
              "Charge",
              "$",
              "What the tenant pays: the sum of the three charges."),
          new Column("margin", "margin", "Margin", "$", "Charge less cost."),
          new Column(
              "unattributedGpuSeconds",
              "unattributedGpuSeconds",
              "Unattributed",
              "GPU-s",
              "GPU-seconds that requests reported beyond what their group held; not part of cost or bill."));

  String unit(String currency) {
    return unit.equals("$") ? currency : unit;
  }

  String of(JsonNode row) {
    return row.path(field).asText();
  }
}
