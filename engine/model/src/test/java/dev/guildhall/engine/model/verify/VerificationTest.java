package dev.guildhall.engine.model.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.BackendProvider;
import dev.guildhall.engine.model.TensorMismatchException;
import dev.guildhall.engine.model.verify.VerifyReport.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The oracle against every committed folder, and folders that must not pass. */
class VerificationTest {
  private static final Path ROOT = Path.of(System.getProperty("guildhall.root", "../.."));
  private static final VerifyOptions REFERENCE = new VerifyOptions(true, List.of(), false);

  @TempDir Path dir;

  private static VerifyReport verify(Path folder) {
    return Verification.run(folder, REFERENCE, line -> {});
  }

  private static Path golden(String name) {
    return ROOT.resolve("engine/goldens").resolve(name);
  }

  private static void assertHolds(VerifyReport report, String... checks) {
    Subject subject = report.subjects().getFirst();
    assertThat(subject.name()).isEqualTo("reference");
    assertThat(subject.results()).allSatisfy(r -> assertThat(r.holds()).as(r.toString()).isTrue());
    assertThat(subject.results()).extracting(CheckResult::check).contains(checks);
    assertThat(report.holds()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "moe-basic, 12, 452304",
    "moe-fp8-blocks, 11, 3414848",
    "moe-no-q-lora, 12, 447552",
    "moe-two-shared, 13, 1414144",
    "moe-yarn-long, 12, 452304",
    "mtp-one, 14, 452304"
  })
  void agreesWithEveryGolden(String name, int checks, long parameters) {
    VerifyReport report = verify(golden(name));
    assertHolds(report, "logits", "hidden.0", "hidden.final_norm", "router.2.experts");
    assertHolds(report, "router.2.weights", "greedy.tokens", "greedy.margin");
    assertThat(report.subjects().getFirst().results()).hasSize(checks);
    assertThat(report.parameters()).isEqualTo(parameters);
  }

  @Test
  void agreesWithBothWaysOfFeedingTheMtpLayer() {
    assertHolds(verify(golden("mtp-one")), "mtp.logits_from_post_norm", "mtp.logits_from_pre_norm");
  }

  @Test
  void agreesWithTheFirstStepOfATrainingRun() {
    assertHolds(
        verify(golden("train-mtp")),
        "loss.main, step 0",
        "loss.mtp, step 0",
        "expert_load, step 0");
  }

  @Test
  void agreesWithTheSmallCheckpoint() {
    VerifyReport report = verify(ROOT.resolve("manifests/samples/models/small-v3"));
    assertHolds(report, "greedy.4", "text.4", "prompt.4", "last_logits.4", "mtp_acceptance.4");
    assertThat(report.skipped()).singleElement().asString().contains("held-out");
  }

  @Test
  void noticesAChangedWeight() throws IOException {
    copy("mtp-one", "config.json", "model.safetensors", "golden.safetensors");
    Path file = dir.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 0x40;
    Files.write(file, bytes);
    VerifyReport report = verify(dir);
    assertThat(report.holds()).isFalse();
    assertThat(report.subjects().getFirst().results())
        .filteredOn(r -> !r.holds())
        .extracting(CheckResult::check)
        .contains("logits", "hidden.final_norm");
  }

  @Test
  void runsAFolderWithoutExpectations() throws IOException {
    copy("mtp-one", "config.json", "model.safetensors");
    assertHolds(verify(dir), "finite logits", "next token, stepwise", "finite mtp logits");
  }

  @Test
  void aFolderWithNothingToRunDoesNotHold() throws IOException {
    copy("moe-basic", "config.json", "model.safetensors");
    VerifyReport report =
        Verification.run(dir, new VerifyOptions(false, List.of(new Unusable()), false), l -> {});
    assertThat(report.holds()).isFalse();
    assertThat(report.skipped()).containsExactly("cuda: no device");
  }

  @Test
  void refusesAnUnsoundFolder() throws IOException {
    copy("moe-basic", "config.json", "model.safetensors");
    Path config = dir.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"hidden_size\": 64", "\"hidden_size\": 65"));
    assertThatThrownBy(() -> verify(dir)).isInstanceOf(TensorMismatchException.class);
  }

  private void copy(String golden, String... files) throws IOException {
    for (String file : (Iterable<String>) Stream.of(files)::iterator) {
      Files.copy(golden(golden).resolve(file), dir.resolve(file));
    }
  }

  private static final class Unusable implements BackendProvider {
    @Override
    public String name() {
      return "cuda";
    }

    @Override
    public Optional<String> unusableBecause() {
      return Optional.of("no device");
    }

    @Override
    public Backend open(Path folder, BackendOptions options) {
      throw new AssertionError("must not be opened");
    }
  }
}
