package dev.guildhall.engine.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.BackendProvider;
import dev.guildhall.engine.model.verify.CheckResult;
import dev.guildhall.engine.model.verify.Verification;
import dev.guildhall.engine.model.verify.VerifyOptions;
import dev.guildhall.engine.model.verify.VerifyReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that {@code guildhall verify} checks, on every committed folder. */
class AgreementTest {

  static Stream<Arguments> cases() {
    return Stream.of(
            "moe-basic",
            "moe-fp8-blocks",
            "moe-no-q-lora",
            "moe-two-shared",
            "moe-yarn-long",
            "mtp-one",
            "train-mtp")
        .flatMap(name -> Fixtures.usableForms().stream().map(k -> Arguments.of(name, k)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyFormAgreesWithEveryGolden(String name, Kernels kernels) {
    List<String> checks = verify(Session.golden(name), new OneForm(kernels));
    if (name.equals("train-mtp")) {
      assertThat(checks).contains("loss.main, step 0", "loss.mtp, step 0");
    } else {
      assertThat(checks)
          .contains("logits", "hidden.0", "hidden.final_norm", "router.2.experts")
          .contains("router.2.weights", "greedy.tokens");
    }
    if (name.equals("mtp-one")) {
      assertThat(checks).contains("mtp.logits_from_post_norm");
    }
  }

  @Test
  void theSampleCheckpointWritesDraftsAndPredictsAsExpected() {
    List<String> checks = verify(Session.SMALL, new CpuBackendProvider());
    assertThat(checks).contains("greedy.4", "text.4", "last_logits.4", "mtp_acceptance.4");
    assertThat(checks.stream().filter(c -> c.contains("held")).toList()).isNotEmpty();
  }

  private static List<String> verify(Path folder, BackendProvider provider) {
    VerifyReport report =
        Verification.run(folder, new VerifyOptions(false, List.of(provider), false), line -> {});
    List<CheckResult> results = report.subjects().getFirst().results();
    assertThat(results).allSatisfy(r -> assertThat(r.holds()).as(r.toString()).isTrue());
    return results.stream().map(CheckResult::check).toList();
  }

  /** The backend with a given form of kernels. */
  private record OneForm(Kernels kernels) implements BackendProvider {
    @Override
    public String name() {
      return kernels.name();
    }

    @Override
    public Optional<String> unusableBecause() {
      return Optional.empty();
    }

    @Override
    public Backend open(Path folder, BackendOptions options) {
      return new CpuBackend(folder, options, new Compute(kernels, new Workers(2)));
    }
  }
}
