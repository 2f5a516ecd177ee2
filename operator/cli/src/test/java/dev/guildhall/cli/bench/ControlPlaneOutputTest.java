package dev.guildhall.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlPlaneOutputTest {
  private static final GangBench.Result GANGS =
      new GangBench.Result(
          List.of(new GangBench.Times(12, 30), new GangBench.Times(18, 36)),
          List.of(new GangBench.Times(10, 22)));
  private static final FleetBench.Result FLEET =
      new FleetBench.Result(
          List.of(2.0, 4.0), Map.of("create pods", 1.0, "patch pods", 0.5), 300L << 20, List.of());

  private static ControlPlaneOutput output(GangBench.Result gangs, FleetBench.Result fleet) {
    return new ControlPlaneOutput(64, 125, 8, gangs, fleet);
  }

  @Test
  void theTableSaysMedianRangeAndRatio() {
    assertThat(output(GANGS, FLEET).table())
        .contains("1000 pods as 125 groups of 8", "2 rounds")
        .containsPattern("operator +15.0 \\(12.0 - 18.0\\) +33.0 \\(30.0 - 36.0\\)")
        .containsPattern("ratio +1.50 +1.50")
        .contains("2 deployments", "median 2.0, p99 4.0, last 4.0", "300 MiB")
        .containsPattern("together +1.50");
  }

  @Test
  void whatWasNotMeasuredIsNotInTheTable() {
    var nothing = new FleetBench.Result(List.of(), Map.of(), 0, List.of());
    String table = output(new GangBench.Result(List.of(), List.of()), nothing).table();
    assertThat(table.lines()).containsExactly("64 fake nodes with 8 GPUs each");
  }

  @Test
  void jsonHasTheSameFigures() throws Exception {
    JsonNode json = new ObjectMapper().readTree(output(GANGS, FLEET).json());
    assertThat(json.at("/operatorSeconds/1/ready").asDouble()).isEqualTo(36);
    assertThat(json.at("/deploymentReadySeconds/0").asDouble()).isEqualTo(2);
    assertThat(json.at("/operatorMemoryBytes").asLong()).isEqualTo(300L << 20);
  }
}
