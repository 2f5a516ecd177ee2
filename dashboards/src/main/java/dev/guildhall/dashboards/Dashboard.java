package dev.guildhall.dashboards;

import java.util.List;

/**
 * A dashboard.
 *
 * @param uid stable identifier, part of its address in Grafana; also its file's name
 * @param title shown name
 * @param description whom it is for and what it answers
 * @param variables choices at the top
 * @param rows its panels, in rows
 */
record Dashboard(
    String uid, String title, String description, List<Variable> variables, List<Row> rows) {

  /**
   * A titled row of panels.
   *
   * @param title what they have in common
   * @param panels three to a line
   */
  record Row(String title, List<Panel> panels) {
    static Row of(String title, Panel... panels) {
      return new Row(title, List.of(panels));
    }
  }

  List<Panel> panels() {
    return rows.stream().flatMap(row -> row.panels().stream()).toList();
  }
}
