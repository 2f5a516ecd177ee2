package dev.guildhall.dashboards;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names, read without a full parser: series selectors with the labels they
 * match, and the labels it groups by.
 *
 * @param selectors in order of appearance
 * @param grouping labels in {@code by (…)} and {@code without (…)}
 */
record Expression(List<Selector> selectors, List<String> grouping) {
  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile(
          "(?<![0-9A-Za-z_:.$])([A-Za-z_:][A-Za-z0-9_:]*+)\\s*+(?:\\{([^}]*)}|(?!\\())");
  private static final Pattern MATCHER =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(?:=~|!~|!=|=)");
  private static final List<String> KEYWORDS =
      List.of(
          "and", "or", "unless", "by", "without", "on", "ignoring", "bool", "offset", "inf", "nan");

  /**
   * One selector of series.
   *
   * @param series their name
   * @param labels label names that it matches on
   */
  record Selector(String series, List<String> labels) {}

  static Expression of(String promql) {
    var text = STRING.matcher(promql).replaceAll("\"\"").replaceAll("\\[[^]]*]", "");
    var grouping = new ArrayList<String>();
    GROUPING
        .matcher(text)
        .results()
        .forEach(r -> List.of(r.group(1).split(",")).forEach(l -> grouping.add(l.strip())));
    grouping.removeIf(String::isEmpty);
    var selectors = new ArrayList<Selector>();
    SELECTOR
        .matcher(GROUPING.matcher(text).replaceAll(" "))
        .results()
        .filter(r -> !KEYWORDS.contains(r.group(1).toLowerCase(java.util.Locale.ROOT)))
        .forEach(r -> selectors.add(new Selector(r.group(1), labels(r.group(2)))));
    return new Expression(List.copyOf(selectors), List.copyOf(grouping));
  }

  private static List<String> labels(String matchers) {
    return matchers == null
        ? List.of()
        : MATCHER.matcher(matchers).results().map(r -> r.group(1)).toList();
  }
}
