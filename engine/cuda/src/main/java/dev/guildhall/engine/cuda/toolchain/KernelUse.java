package dev.guildhall.engine.cuda.toolchain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one kernel uses on one architecture, as the assembler reports it.
 *
 * @param kernel its name
 * @param architecture such as {@code sm_90a}
 * @param registers per thread, at launch
 * @param spilled bytes per thread stored to and loaded from local memory for want of registers
 * @param stack bytes per thread of local memory
 * @param shared bytes per block of static shared memory
 */
record KernelUse(
    String kernel, String architecture, int registers, int spilled, int stack, int shared) {

  private static final Pattern ENTRY =
      Pattern.compile("Compiling entry function '(\\S+)' for '(\\S+)'");
  private static final Pattern LOCAL =
      Pattern.compile(
          "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
  private static final Pattern USED = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  /** Every kernel in the output of {@code ptxas -v}, in its order. */
  static List<KernelUse> parse(String report) {
    List<KernelUse> uses = new ArrayList<>();
    String kernel = null;
    String architecture = null;
    int stack = 0;
    int spilled = 0;
    for (String line : report.lines().toList()) {
      Matcher entry = ENTRY.matcher(line);
      Matcher local = LOCAL.matcher(line);
      Matcher used = USED.matcher(line);
      if (entry.find()) {
        kernel = entry.group(1);
        architecture = entry.group(2);
      } else if (local.find()) {
        stack = Integer.parseInt(local.group(1));
        spilled = Integer.parseInt(local.group(2)) + Integer.parseInt(local.group(3));
      } else if (used.find() && kernel != null) {
        Matcher shared = SHARED.matcher(line);
        uses.add(
            new KernelUse(
                kernel,
                architecture,
                Integer.parseInt(used.group(1)),
                spilled,
                stack,
                shared.find() ? Integer.parseInt(shared.group(1)) : 0));
        kernel = null;
      }
    }
    return uses;
  }
}
