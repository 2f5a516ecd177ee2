package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.cuda.CudaBenchmark.Ceiling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That the benchmark runs what it says, memory-checked; its figures mean nothing here. */
class CudaBenchmarkTest {

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @Test
  void everyKernelIsMeasuredInEveryRound() {
    List<String> told = new ArrayList<>();
    CudaBenchmark.Result result = CudaBenchmark.run(2, true, told::add);
    assertThat(result.device()).contains(StandIn.device());
    assertThat(result.measures())
        .extracting(CudaBenchmark.Measure::what)
        .containsExactly(
            "device copy, read and written",
            "grouped GEMM BF16, prefill",
            "grouped GEMM FP8, prefill",
            "masked GEMM BF16, decode",
            "masked GEMM FP8, decode",
            "MLA decode, cache read once",
            "MLA prefill, keys and values expanded");
    assertThat(result.measures())
        .allSatisfy(
            m -> {
              assertThat(m.values()).hasSize(2).allMatch(v -> v > 0);
              assertThat(m.shares()).hasSize(2).allMatch(v -> v > 0);
            });
    assertThat(result.measures().getFirst().shares()).containsOnly(1.0);
    assertThat(result.measures().get(1).ceiling()).isEqualTo(Ceiling.BF16);
    assertThat(told).contains("round 2 of 2");
  }
}
