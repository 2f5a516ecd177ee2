package dev.guildhall.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guildhall.engine.model.verify.CheckResult;
import dev.guildhall.engine.model.verify.VerifyReport;
import java.util.List;
import java.util.Locale;

/** Reports of {@code guildhall verify} for people and for scripts. */
final class VerifyOutput {
  private static final ObjectMapper JSON = new ObjectMapper();

  private VerifyOutput() {}

  static String table(List<VerifyReport> reports) {
    StringBuilder out = new StringBuilder();
    long checks = 0;
    long broken = 0;
    for (VerifyReport report : reports) {
      line(out, "%s  (%,d parameters, %s)", report.folder(), report.parameters(), report.digest());
      for (VerifyReport.Subject subject : report.subjects()) {
        line(out, "  %s, %.1f s", subject.name(), subject.seconds());
        line(out, "    %-28s %12s %12s %10s", "CHECK", "DIFFERENCE", "ALLOWED", "VALUES");
        for (CheckResult result : subject.results()) {
          row(out, result);
          checks++;
          broken += result.holds() ? 0 : 1;
        }
      }
      report.skipped().forEach(s -> line(out, "  not checked: %s", s));
    }
    line(out, "%d checks, %d broken", checks, broken);
    return out.toString();
  }

  private static void row(StringBuilder out, CheckResult r) {
    String unit =
        switch (r.kind()) {
          case RELATIVE -> "relative";
          case ABSOLUTE -> "absolute";
          case COUNT -> "differ";
        };
    line(
        out,
        "    %-28s %12s %12s %,10d  %-8s %s%s",
        r.check(),
        number(r, r.difference()),
        number(r, r.allowed()),
        r.values(),
        unit,
        r.holds() ? "ok" : "BROKEN",
        r.note().isEmpty() ? "" : "  " + r.note());
  }

  private static String number(CheckResult result, double value) {
    return result.kind() == CheckResult.Kind.COUNT
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1e", value);
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  static String json(List<VerifyReport> reports) throws JsonProcessingException {
    ArrayNode all = JSON.createArrayNode();
    for (VerifyReport report : reports) {
      ObjectNode one = JSON.valueToTree(report);
      one.put("holds", report.holds());
      for (int s = 0; s < report.subjects().size(); s++) {
        List<CheckResult> results = report.subjects().get(s).results();
        for (int r = 0; r < results.size(); r++) {
          ObjectNode row = (ObjectNode) one.get("subjects").get(s).get("results").get(r);
          row.put("holds", results.get(r).holds());
        }
      }
      all.add(one);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n";
  }
}
