package dev.guildhall.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guildhall.engine.backend.Backend;
import dev.guildhall.engine.backend.BackendLostException;
import dev.guildhall.engine.backend.BackendOptions;
import dev.guildhall.engine.backend.ExpertBatch;
import dev.guildhall.engine.backend.StepInput;
import dev.guildhall.engine.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices and folders that are not as they should be; {@link UnusableTest} has the drivers. */
@Tag("standin")
class BadInputTest {
  private static final Path GOLDENS = StandIn.ROOT.resolve("engine/goldens");

  @BeforeAll
  static void useTheStandIn() {
    StandIn.use();
  }

  @AfterEach
  void wellAgain() {
    StandIn.set("fail", 0);
    StandIn.set("memory", 4L << 30);
  }

  private static Backend open(Path folder) {
    return new CudaBackendProvider().open(folder, new BackendOptions(64, 16, null));
  }

  private static void step(Backend backend) {
    var slice = new StepInput.Slice(new int[] {1, 2, 3}, 0, new int[] {0}, LAST, false);
    backend.step(new StepInput(List.of(slice), null), backend.localExperts());
  }

  private static final StepInput.Logits LAST = StepInput.Logits.LAST;

  @Test
  void aDeviceThatIsLostInMidStepIsNamedAndNotUsedAgain() {
    try (Backend backend = open(GOLDENS.resolve("moe-basic"))) {
      step(backend);
      assertThat(backend.lostBecause()).isEmpty();
      StandIn.set("fail", 20);
      assertThatThrownBy(() -> step(backend))
          .isInstanceOf(BackendLostException.class)
          .hasMessageContaining("CUDA stand-in (no GPU) is lost, its process must be restarted")
          .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED")
          .hasMessageContaining("kernel ");
      assertThat(backend.lostBecause().orElse("")).contains("is lost");
      assertThatThrownBy(() -> step(backend)).isInstanceOf(BackendLostException.class);
      ExpertBatch batch =
          new ExpertBatch(new int[] {0}, new int[] {1}, new int[] {0}, new float[64], 64);
      assertThatThrownBy(() -> backend.localExperts().forward(1, batch))
          .isInstanceOf(BackendLostException.class);
    }
    // The lost context has been given back: another backend of this process works.
    try (Backend backend = open(GOLDENS.resolve("moe-basic"))) {
      step(backend);
    }
  }

  @Test
  void tooLittleMemoryIsSaidBeforeAStep() {
    StandIn.set("memory", 1 << 20);
    assertThatThrownBy(() -> open(GOLDENS.resolve("moe-basic")))
        .isInstanceOf(CudaException.class)
        .hasMessageMatching(
            "the model needs [\\d,]+ bytes on .*stand-in.*, [\\d,]+ are free: [\\d,]+ for weights, [\\d,]+ for experts .*, "
                + "[\\d,]+ for the cache .*, [\\d,]+ for a step .*");
  }

  @Test
  void weightsThatAreNoNumbersNameTheirTensor(@TempDir Path folder) throws IOException {
    Path golden = GOLDENS.resolve("moe-basic");
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
    byte[] file = Files.readAllBytes(golden.resolve("model.safetensors"));
    // The last value of the file.
    file[file.length - 1] = 0x7f;
    file[file.length - 2] = (byte) 0xc0;
    Files.write(folder.resolve("model.safetensors"), file);
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageMatching("tensor model\\.\\S+: value \\d+ of \\d+ is not a finite number.*");
  }
}
