package dev.guildhall.engine.cuda.toolchain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each kernel may use, from {@code budget.tsv} beside the kernels' sources: tab-separated
 * columns kernel, registers, spilled bytes, static shared bytes; one line for all architectures. A
 * kernel that exceeds its line, has none, or a line whose kernel is gone is a finding.
 */
final class KernelBudget {
  private record Limit(int registers, int spilled, int shared) {}

  private final Map<String, Limit> limits = new LinkedHashMap<>();

  /**
   * Reads the file's text.
   *
   * @throws IllegalArgumentException naming the line that is not four columns
   */
  static KernelBudget parse(String text) {
    KernelBudget budget = new KernelBudget();
    for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] columns = line.split("\t");
      if (columns.length != 4) {
        throw new IllegalArgumentException(
            "kernel budget: not kernel, registers, spilled, shared: '%s'".formatted(line));
      }
      budget.limits.put(
          columns[0],
          new Limit(
              Integer.parseInt(columns[1]),
              Integer.parseInt(columns[2]),
              Integer.parseInt(columns[3])));
    }
    return budget;
  }

  /** What is wrong, one sentence each; empty if all is within the budget. */
  List<String> findings(List<KernelUse> uses) {
    List<String> findings = new ArrayList<>();
    for (KernelUse use : uses) {
      Limit limit = limits.get(use.kernel());
      if (limit == null) {
        findings.add("%s has no line in the budget: %s".formatted(use.kernel(), use));
        continue;
      }
      exceeds(findings, use, "registers", use.registers(), limit.registers());
      exceeds(findings, use, "spilled bytes", use.spilled(), limit.spilled());
      exceeds(findings, use, "bytes of static shared memory", use.shared(), limit.shared());
    }
    limits.keySet().stream()
        .filter(name -> uses.stream().noneMatch(use -> use.kernel().equals(name)))
        .forEach(name -> findings.add(name + " is in the budget but was not compiled"));
    return findings;
  }

  private static void exceeds(
      List<String> findings, KernelUse use, String what, int used, int allowed) {
    if (used > allowed) {
      findings.add(
          "%s on %s uses %d %s, its budget is %d"
              .formatted(use.kernel(), use.architecture(), used, what, allowed));
    }
  }
}
