package dev.guildhall.dashboards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes a dashboard as the JSON that Grafana imports. */
final class GrafanaJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final int WIDTH = 8;
  private static final int HEIGHT = 8;
  private static final int COLUMNS = 24;
  private static final String SOURCE = "${datasource}";

  private GrafanaJson() {}

  static String write(Dashboard dashboard) {
    var root = JSON.createObjectNode();
    root.put("uid", dashboard.uid())
        .put("title", dashboard.title())
        .put("description", dashboard.description());
    root.put("editable", false).put("schemaVersion", 39).put("version", 1).put("graphTooltip", 1);
    root.put("refresh", "30s").put("timezone", "utc");
    root.putObject("time").put("from", "now-1h").put("to", "now");
    root.putArray("tags").add("guildhall");
    variables(root.putObject("templating").putArray("list"), dashboard);
    var panels = root.putArray("panels");
    int id = 1;
    int y = 0;
    for (var row : dashboard.rows()) {
      var header =
          panels
              .addObject()
              .put("id", id++)
              .put("type", "row")
              .put("title", row.title())
              .put("collapsed", false);
      header.putArray("panels");
      place(header, 0, y++, COLUMNS, 1);
      int x = 0;
      for (var panel : row.panels()) {
        if (x == COLUMNS) {
          x = 0;
          y += HEIGHT;
        }
        place(panel(panels.addObject().put("id", id++), panel), x, y, WIDTH, HEIGHT);
        x += WIDTH;
      }
      y += HEIGHT;
    }
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void variables(ArrayNode list, Dashboard dashboard) {
    list.addObject()
        .put("name", "datasource")
        .put("label", "Data source")
        .put("type", "datasource")
        .put("query", "prometheus");
    for (var variable : dashboard.variables()) {
      var query = "label_values(%s, %s)".formatted(variable.series(), variable.label());
      var node =
          list.addObject()
              .put("name", variable.name())
              .put("label", variable.name())
              .put("type", "query");
      source(node).put("query", query).put("definition", query).put("refresh", 2).put("sort", 1);
      node.put("includeAll", true).put("multi", true).put("allValue", ".*");
      node.putObject("current").put("text", "All").put("value", "$__all");
    }
  }

  private static ObjectNode panel(ObjectNode node, Panel panel) {
    node.put("title", panel.title()).put("description", panel.description());
    node.put("type", panel.kind() == Panel.Kind.NUMBER ? "stat" : "timeseries");
    source(node);
    var defaults =
        node.putObject("fieldConfig").putObject("defaults").put("unit", panel.unit()).put("min", 0);
    if (panel.kind() == Panel.Kind.STACK) {
      defaults
          .putObject("custom")
          .put("fillOpacity", 40)
          .putObject("stacking")
          .put("mode", "normal")
          .put("group", "A");
    }
    char ref = 'A';
    var targets = node.putArray("targets");
    for (var target : panel.targets()) {
      var query =
          targets.addObject().put("refId", String.valueOf(ref++)).put("expr", target.promql());
      source(query.put("legendFormat", target.legend()));
      if (panel.kind() == Panel.Kind.NUMBER) {
        query.put("instant", true).put("range", false);
      }
    }
    return node;
  }

  private static ObjectNode source(ObjectNode node) {
    node.putObject("datasource").put("type", "prometheus").put("uid", SOURCE);
    return node;
  }

  private static void place(ObjectNode node, int x, int y, int width, int height) {
    node.putObject("gridPos").put("h", height).put("w", width).put("x", x).put("y", y);
  }
}
