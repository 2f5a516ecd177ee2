package dev.guildhall.charts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The table of values in a chart's README, from the comments of its values.yaml: a value is what
 * has a comment right above it.
 */
final class ValuesTable {
  private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z0-9_]+):.*$");

  private ValuesTable() {}

  /** One documented value: its dotted path, its default as JSON and the sentence above it. */
  record Row(String path, String value, String description) {}

  static String markdown(String valuesYaml) throws JsonProcessingException {
    var table = new StringBuilder("| value | default | meaning |\n| --- | --- | --- |\n");
    for (var row : rows(valuesYaml)) {
      table.append(
          "| `%s` | `%s` | %s |%n"
              .formatted(row.path(), row.value(), row.description().replace("|", "\\|")));
    }
    return table.toString();
  }

  static List<Row> rows(String valuesYaml) throws JsonProcessingException {
    var values = Chart.YAML.readTree(valuesYaml);
    var rows = new ArrayList<Row>();
    Deque<String> path = new ArrayDeque<>();
    var comment = "";
    for (var line : valuesYaml.lines().toList()) {
      var key = KEY.matcher(line);
      if (line.strip().startsWith("#")) {
        comment = line.strip().substring(1).strip();
      } else if (key.matches()) {
        while (path.size() > key.group(1).length() / 2) {
          path.removeLast();
        }
        path.addLast(key.group(2));
        if (!comment.isEmpty()) {
          rows.add(new Row(String.join(".", path), at(values, path).toString(), comment));
        }
        comment = "";
      } else {
        comment = "";
      }
    }
    return rows;
  }

  private static JsonNode at(JsonNode values, Deque<String> path) {
    var node = values;
    for (var step : path) {
      node = node.path(step);
    }
    return node;
  }
}
