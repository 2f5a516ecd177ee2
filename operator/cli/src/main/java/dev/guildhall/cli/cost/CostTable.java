package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The report for people: units in the headings, a total line, and the pool's bill, which equals it.
 */
final class CostTable {
  private final JsonNode answer;
  private final List<Column> columns;

  CostTable(JsonNode answer) {
    this.answer = answer;
    boolean excess =
        new BigDecimal(answer.at("/total/unattributedGpuSeconds").asText("0")).signum() != 0;
    this.columns =
        Column.ALL.stream()
            .filter(column -> !column.title().startsWith("Charge "))
            .filter(column -> excess || !column.field().equals("unattributedGpuSeconds"))
            .toList();
  }

  String text() {
    String currency = answer.path("currency").asText();
    List<List<String>> lines = new ArrayList<>();
    List<String> heading = new ArrayList<>();
    answer.path("groupBy").forEach(dimension -> heading.add(dimension.asText()));
    int keys = heading.size();
    columns.forEach(column -> heading.add(column.title() + " (" + column.unit(currency) + ")"));
    lines.add(heading);
    answer.path("rows").forEach(row -> lines.add(line(row, keys, "")));
    lines.add(line(answer.path("total"), keys, "total"));
    lines.add(bill(keys));
    if (keys == 0) {
      lines.forEach(line -> line.addFirst(""));
      lines.get(lines.size() - 2).set(0, "total");
      lines.getLast().set(0, "pool bill");
    }
    return "Cost from %s to %s%n%s"
        .formatted(
            answer.path("from").asText(),
            answer.path("to").asText(),
            aligned(lines, Math.max(1, keys)));
  }

  private List<String> line(JsonNode row, int keys, String label) {
    List<String> line = new ArrayList<>();
    row.path("group").forEach(value -> line.add(value.asText()));
    while (line.size() < keys) {
      line.add(line.isEmpty() ? label : "");
    }
    columns.forEach(column -> line.add(shown(column, row)));
    return line;
  }

  private List<String> bill(int keys) {
    List<String> line = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      line.add(i == 0 ? "pool bill" : "");
    }
    for (Column column : columns) {
      boolean billed = column.field().equals("cost") || column.field().equals("gpuSeconds");
      line.add(billed ? shown(column, answer.path("bill")) : "");
    }
    return line;
  }

  /**
   * GPU time is exact to the nanosecond; a table shows milliseconds, rounded down so that nothing
   * appears that was not held.
   */
  private static String shown(Column column, JsonNode row) {
    String value = column.of(row);
    return column.unit().equals("GPU-s")
        ? new BigDecimal(value).setScale(3, RoundingMode.DOWN).toPlainString()
        : value;
  }

  private static String aligned(List<List<String>> lines, int keys) {
    int[] widths = new int[lines.getFirst().size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < lines.size(); row++) {
      if (row == lines.size() - 2) {
        text.append("-".repeat(Arrays.stream(widths).sum() + 2 * (widths.length - 1))).append('\n');
      }
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(
            ("%" + (i < keys ? "-" : "") + Math.max(1, widths[i]) + "s  ")
                .formatted(lines.get(row).get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
