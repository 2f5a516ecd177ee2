package dev.guildhall.cli.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * The report as one JSON object: flat rows, decimals as strings, {@code bill} equal to the sum of
 * the rows' {@code cost}.
 */
final class CostJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CostJson() {}

  static String text(JsonNode answer) throws IOException {
    ObjectNode report = JSON.createObjectNode();
    for (String field : new String[] {"from", "to", "pool", "currency", "decimals", "groupBy"}) {
      report.set(field, answer.path(field));
    }
    ObjectNode units = report.putObject("units");
    Column.ALL.forEach(
        column -> units.put(column.name(), column.unit(answer.path("currency").asText())));
    var rows = report.putArray("rows");
    for (JsonNode row : answer.path("rows")) {
      rows.add(flat(row));
    }
    report.set("total", flat(answer.path("total")));
    report.put("bill", answer.at("/bill/cost").asText());
    report.put("billGpuSeconds", answer.at("/bill/gpuSeconds").asText());
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
  }

  private static ObjectNode flat(JsonNode row) {
    ObjectNode flat = JSON.createObjectNode();
    row.path("group").properties().forEach(entry -> flat.set(entry.getKey(), entry.getValue()));
    Column.ALL.forEach(column -> flat.set(column.name(), row.path(column.field())));
    return flat;
  }
}
