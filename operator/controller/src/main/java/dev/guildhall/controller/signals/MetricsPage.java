package dev.guildhall.controller.signals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A page in Prometheus' text format, version 0.0.4. Lines that are not of it are passed over.
 *
 * @param series by name
 */
public record MetricsPage(Map<String, List<Series>> series) {

  /** One series and its value. */
  public record Series(Map<String, String> labels, double value) {}

  /** Reads a page. */
  public static MetricsPage parse(String text) {
    var series = new LinkedHashMap<String, List<Series>>();
    text.lines()
        .filter(line -> !line.isBlank() && line.charAt(0) != '#')
        .forEach(line -> add(series, line));
    return new MetricsPage(series);
  }

  private static void add(Map<String, List<Series>> all, String line) {
    int open = line.indexOf('{');
    int end = open < 0 ? line.indexOf(' ') : open;
    if (end <= 0) {
      return;
    }
    var labels = new LinkedHashMap<String, String>();
    int after = open < 0 ? end : labels(line, open + 1, labels);
    if (after < 0) {
      return;
    }
    var value = line.substring(after).strip().split(" ", 2)[0];
    try {
      all.computeIfAbsent(line.substring(0, end), _ -> new ArrayList<>())
          .add(new Series(labels, number(value)));
    } catch (NumberFormatException e) {
      // Not of the format: the series is not there.
      return;
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Reads labels up to the closing brace; returns where the line goes on, or -1. */
  private static int labels(String line, int from, Map<String, String> labels) {
    int at = from;
    while (at < line.length() && line.charAt(at) != '}') {
      int equals = line.indexOf("=\"", at);
      if (equals < 0) {
        return -1;
      }
      var value = new StringBuilder();
      int i = equals + 2;
      for (; i < line.length() && line.charAt(i) != '"'; i++) {
        boolean escaped = line.charAt(i) == '\\' && i + 1 < line.length();
        char c = line.charAt(escaped ? ++i : i);
        value.append(escaped && c == 'n' ? '\n' : c);
      }
      labels.put(line.substring(at, equals), value.toString());
      at = i + 1;
      if (at < line.length() && line.charAt(at) == ',') {
        at++;
      }
    }
    return at < line.length() ? at + 1 : -1;
  }

  /**
   * Sum of a metric's series that have these labels, whatever others they have; NaN if there is
   * none.
   *
   * @param labels name, value, name, value …
   */
  public double sum(String name, String... labels) {
    return series.getOrDefault(name, List.of()).stream()
        .filter(s -> has(s, labels))
        .mapToDouble(Series::value)
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }

  /** Counts of a histogram's buckets by upper bound, each with all below it. */
  public Map<Double, Double> buckets(String name, String... labels) {
    var buckets = new TreeMap<Double, Double>();
    for (var s : series.getOrDefault(name + "_bucket", List.of())) {
      if (has(s, labels) && s.labels().containsKey("le")) {
        buckets.merge(number(s.labels().get("le")), s.value(), Double::sum);
      }
    }
    return buckets;
  }

  private static boolean has(Series series, String... labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (!labels[i + 1].equals(series.labels().get(labels[i]))) {
        return false;
      }
    }
    return true;
  }
}
