package dev.guildhall.simulator.report;

import dev.guildhall.simulator.cluster.SeriesPoint;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Results as a picture: per load, GPUs held over time by each policy above, requests that arrived
 * below.
 */
public final class Svg {

  private static final int WIDTH = 900;
  private static final int PANEL = 260;
  private static final int LEFT = 70;
  private static final int PLOT = 780;
  private static final int TALL = 130;
  private static final int LOW = 50;
  private static final List<String> COLOURS = List.of("#0b6e4f", "#c8553d", "#7b5ea7", "#888888");

  private final StringBuilder text = new StringBuilder();

  private Svg() {}

  /** A picture that stands alone. */
  public static String of(String title, List<LoadResult> results) {
    var svg = new Svg();
    int height = 60 + PANEL * results.size();
    svg.add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>",
        WIDTH, height);
    svg.add("<rect width='100%%' height='100%%' fill='white'/>");
    svg.label(LEFT, 20, title, "black");
    for (int i = 0; i < results.size(); i++) {
      svg.panel(results.get(i), 40 + i * PANEL);
    }
    svg.add("</svg>");
    return svg.text.toString();
  }

  private void panel(LoadResult result, int top) {
    double gpus = most(result, SeriesPoint::gpus);
    double rate = most(result, SeriesPoint::requestsPerSecond);
    label(
        LEFT, top + 12, "load %s: GPUs held (most: %.0f)".formatted(result.load(), gpus), "black");
    // The strongest form of each peer; more lines would hide each other.
    var rows = result.rows().stream().filter(row -> row.tuning() != Tuning.ALL_LOADS).toList();
    for (int i = 0; i < rows.size(); i++) {
      var row = rows.get(i);
      String colour = COLOURS.get(i % COLOURS.size());
      line(row.outcome().series(), SeriesPoint::gpus, gpus, top + 20, TALL, colour);
      label(LEFT + 250 + 150 * i, top + 12, row.policy(), colour);
    }
    int below = top + 20 + TALL + 22;
    label(LEFT, below - 4, "requests per second (most: %.0f)".formatted(rate), "black");
    line(
        result.ours().outcome().series(),
        SeriesPoint::requestsPerSecond,
        rate,
        below,
        LOW,
        "#3366aa");
    axis(result.ours().outcome().series(), below + LOW);
  }

  private void axis(List<SeriesPoint> series, int y) {
    double end = series.isEmpty() ? 0 : series.getLast().seconds();
    add("<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='black'/>", LEFT, y, LEFT + PLOT, y);
    label(LEFT, y + 14, "0", "black");
    label(LEFT + PLOT - 40, y + 14, "%.0f min".formatted(end / 60), "black");
  }

  private void line(
      List<SeriesPoint> series,
      ToDoubleFunction<SeriesPoint> value,
      double most,
      int top,
      int tall,
      String colour) {
    double end = series.isEmpty() ? 1 : Math.max(1, series.getLast().seconds());
    var points = new StringBuilder();
    for (SeriesPoint point : series) {
      points.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              LEFT + PLOT * point.seconds() / end,
              top + tall - tall * value.applyAsDouble(point) / Math.max(1e-9, most)));
    }
    add("<polyline fill='none' stroke='%s' stroke-width='1.5' points='%s'/>", colour, points);
  }

  private static double most(LoadResult result, ToDoubleFunction<SeriesPoint> value) {
    return result.rows().stream()
        .flatMap(row -> row.outcome().series().stream())
        .mapToDouble(value)
        .max()
        .orElse(1);
  }

  private void label(int x, int y, String words, String colour) {
    String safe = words.replace("&", "&amp;").replace("<", "&lt;");
    add("<text x='%d' y='%d' fill='%s'>%s</text>", x, y, colour, safe);
  }

  private void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
