package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.model.verify.CheckResult;
import dev.guildhall.engine.model.verify.Verification;
import dev.guildhall.engine.model.verify.VerifyOptions;
import dev.guildhall.engine.model.verify.VerifyReport;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code guildhall verify --backend cuda} checks, on the stand-in driver. */
class GoldensTest {

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "moe-basic",
        "moe-fp8-blocks",
        "moe-no-q-lora",
        "moe-two-shared",
        "moe-yarn-long",
        "mtp-one"
      })
  void agreesWithEveryGolden(String name) {
    Path folder = StandIn.ROOT.resolve("engine/goldens").resolve(name);
    VerifyOptions options = new VerifyOptions(false, List.of(new CudaBackendProvider()), false);
    VerifyReport report = Verification.run(folder, options, line -> {});
    List<CheckResult> results = report.subjects().getFirst().results();
    assertThat(results).allSatisfy(r -> assertThat(r.holds()).as(r.toString()).isTrue());
    assertThat(results.stream().map(CheckResult::check))
        .contains("logits", "hidden.0", "hidden.final_norm", "router.2.experts")
        .contains("router.2.weights", "greedy.tokens");
    assertThat(report.subjects().getFirst().name()).contains(StandIn.device());
  }
}
