package dev.guildhall.dashboards;

import java.util.List;

/**
 * One graph, number or stack of a dashboard.
 *
 * @param title what it shows
 * @param description how to read it, in one or two sentences
 * @param unit Grafana's identifier of the unit
 * @param kind how it is drawn
 * @param targets its queries
 */
record Panel(String title, String description, String unit, Kind kind, List<Target> targets) {

  /** How a panel is drawn. */
  enum Kind {
    LINES,
    STACK,
    NUMBER
  }

  static Panel lines(String title, String unit, String description, Target... targets) {
    return new Panel(title, description, unit, Kind.LINES, List.of(targets));
  }

  static Panel stack(String title, String unit, String description, Target... targets) {
    return new Panel(title, description, unit, Kind.STACK, List.of(targets));
  }

  static Panel number(String title, String unit, String description, Target... targets) {
    return new Panel(title, description, unit, Kind.NUMBER, List.of(targets));
  }
}
