package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** RFC 4180 text. */
final class Csv {
  private Csv() {}

  /** The report, one line per row, units in the headings. */
  static String of(JsonNode answer) {
    List<String> heading = new ArrayList<>();
    answer.path("groupBy").forEach(dimension -> heading.add(dimension.asText()));
    String currency = answer.path("currency").asText();
    Column.ALL.forEach(column -> heading.add(column.name() + " (" + column.unit(currency) + ")"));
    StringBuilder text = new StringBuilder(line(heading));
    for (JsonNode row : answer.path("rows")) {
      List<String> values = new ArrayList<>();
      row.path("group").forEach(value -> values.add(value.asText()));
      Column.ALL.forEach(column -> values.add(column.of(row)));
      text.append(line(values));
    }
    return text.toString();
  }

  static String line(List<String> values) {
    return values.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String quoted(String value) {
    return value.matches("[^\",\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
  }
}
