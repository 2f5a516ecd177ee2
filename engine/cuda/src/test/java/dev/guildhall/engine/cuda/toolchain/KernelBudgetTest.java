package dev.guildhall.engine.cuda.toolchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What ptxas says is read whole and held against the budget. */
class KernelBudgetTest {
  private static final String REPORT =
      """
      ptxas info    : 0 bytes gmem
      ptxas info    : Compiling entry function 'norm' for 'sm_90a'
      ptxas info    : Function properties for norm
          16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads
      ptxas info    : Used 40 registers, used 1 barriers, 128 bytes smem
      ptxas info    : Compile time = 22.3 ms
      ptxas info    : Compiling entry function 'gemm' for 'sm_80'
      ptxas info    : Function properties for gemm
          0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
      ptxas info    : Used 168 registers, used 1 barriers, 384 bytes cmem[0]
      """;
  private static final KernelUse NORM = new KernelUse("norm", "sm_90a", 40, 20, 16, 128);
  private static final KernelUse GEMM = new KernelUse("gemm", "sm_80", 168, 0, 0, 0);

  @Test
  void readsEveryKernel() {
    assertThat(KernelUse.parse(REPORT)).containsExactly(NORM, GEMM);
  }

  @Test
  void whatIsWithinTheBudgetIsNoFinding() {
    KernelBudget budget = KernelBudget.parse("# a comment\nnorm\t40\t20\t128\n\ngemm\t168\t0\t0\n");
    assertThat(budget.findings(List.of(NORM, GEMM))).isEmpty();
  }

  @Test
  void everyExcessIsNamed() {
    KernelBudget budget = KernelBudget.parse("norm\t39\t19\t127\ngemm\t168\t0\t0\n");
    assertThat(budget.findings(List.of(NORM, GEMM)))
        .containsExactly(
            "norm on sm_90a uses 40 registers, its budget is 39",
            "norm on sm_90a uses 20 spilled bytes, its budget is 19",
            "norm on sm_90a uses 128 bytes of static shared memory, its budget is 127");
  }

  @Test
  void kernelsAndLinesWithoutEachOtherAreFindings() {
    assertThat(KernelBudget.parse("norm\t40\t20\t128\n").findings(List.of(GEMM)))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("gemm has no line in the budget"),
            second -> assertThat(second).isEqualTo("norm is in the budget but was not compiled"));
  }

  @Test
  void aLineOfOtherColumnsIsRefused() {
    assertThatThrownBy(() -> KernelBudget.parse("norm 40 0 0\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("norm 40 0 0");
  }
}
