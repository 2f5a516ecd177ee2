package dev.guildhall.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What {@code bench controlplane} measured, for people and for scripts. */
record ControlPlaneOutput(
    int nodes, int groups, int ranks, GangBench.Result gangs, FleetBench.Result fleet) {

  String json() throws JsonProcessingException {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("nodes", nodes);
    document.put("groups", groups);
    document.put("ranksPerGroup", ranks);
    document.put("operatorSeconds", gangs.operator());
    document.put("kubectlSeconds", gangs.plain());
    document.put("deployments", fleet.readySeconds().size());
    document.put("deploymentReadySeconds", fleet.readySeconds());
    document.put("writesPerDeployment", fleet.writes());
    document.put("operatorMemoryBytes", fleet.memoryBytes());
    document.put("operatorTimers", fleet.reconciliations());
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
  }

  String table() {
    StringBuilder out = new StringBuilder();
    line(out, "%d fake nodes with 8 GPUs each", nodes);
    if (!gangs.operator().isEmpty()) {
      gangs(out);
    }
    if (!fleet.readySeconds().isEmpty()) {
      fleet(out);
    }
    return out.toString();
  }

  private void gangs(StringBuilder out) {
    line(
        out,
        "%n%d pods as %d groups of %d, seconds from the apply, %d rounds: median (least - most)",
        groups * ranks,
        groups,
        ranks,
        gangs.operator().size());
    line(out, "%-10s %24s %24s", "", "all created", "all ready");
    row(out, "operator", gangs.operator());
    row(out, "kubectl", gangs.plain());
    line(
        out,
        "%-10s %24.2f %24.2f",
        "ratio",
        ratio(GangBench.Times::created),
        ratio(GangBench.Times::ready));
  }

  private double ratio(ToDoubleFunction<GangBench.Times> field) {
    return spread(gangs.operator(), field).median() / spread(gangs.plain(), field).median();
  }

  private static void row(StringBuilder out, String name, List<GangBench.Times> times) {
    line(
        out,
        "%-10s %24s %24s",
        name,
        text(spread(times, GangBench.Times::created)),
        text(spread(times, GangBench.Times::ready)));
  }

  private static Spread spread(
      List<GangBench.Times> times, ToDoubleFunction<GangBench.Times> field) {
    return Spread.of(times.stream().map(field::applyAsDouble).toList());
  }

  private static String text(Spread spread) {
    return String.format(
        Locale.ROOT, "%.1f (%.1f - %.1f)", spread.median(), spread.least(), spread.most());
  }

  private void fleet(StringBuilder out) {
    line(
        out,
        "%n%d deployments applied at once, seconds until Ready: median %.1f, p99 %.1f, last %.1f",
        fleet.readySeconds().size(),
        Spread.percentile(fleet.readySeconds(), 0.5),
        Spread.percentile(fleet.readySeconds(), 0.99),
        Spread.percentile(fleet.readySeconds(), 1));
    line(out, "operator memory (resident) %d MiB", fleet.memoryBytes() >> 20);
    line(out, "API writes per deployment:");
    fleet.writes().forEach((what, count) -> line(out, "  %-40s %8.2f", what, count));
    double all = fleet.writes().values().stream().mapToDouble(Double::doubleValue).sum();
    line(out, "  %-40s %8.2f", "together", all);
    fleet.reconciliations().forEach(timer -> out.append(timer).append('\n'));
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
